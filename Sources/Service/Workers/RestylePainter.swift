public import Imaging
public import Inference
public import Records
public import SurgeCore

/// Paints with the installed models: decodes, runs the network, masks, resizes, encodes, keeps the file.
public struct RestylePainter: Painter {
    /// Pixels of decoded photos kept between acceptance and painting, in bytes.
    private static let cachedBytes = 48 << 20
    private let models: [String: RestyleModel]
    private let decoder: ImageDecoder
    private let files: FileStore
    private let blocking: BlockingWork
    private let finisher: PictureFinisher
    private let cache = RasterCache(limitBytes: Self.cachedBytes)

    /// - Parameter rights: says what may leave and what it says of itself; nil: nothing is checked or signed.
    public init(
        models: [RestyleModel],
        decoder: ImageDecoder,
        files: FileStore,
        blocking: BlockingWork,
        rights: RightsService? = nil
    ) {
        self.models = Dictionary(uniqueKeysWithValues: models.map { ($0.entry.manifest.id, $0) })
        self.decoder = decoder
        self.files = files
        self.blocking = blocking
        self.finisher = PictureFinisher(decoder: decoder, files: files, blocking: blocking, rights: rights)
    }

    /// Decodes the photo as painting will need it, to learn now whether it is whole, and remembers it.
    ///
    /// - Parameter path: where it lies, which is not yet its place.
    public func examine(
        photo: String,
        at path: String,
        outputSize: PixelSize?,
        workingSide: Int
    ) async throws(ImagingError) {
        _ = try await photoRaster(photo, at: path, outputSize: outputSize, workingSide: workingSide)
    }

    /// Whether a photo ends as its format says: for when decoding it now would be for nothing.
    public func isWhole(photoAt path: String, format: ImageFormat) async -> Bool {
        await blocking.run { ImageEnding.isPresent(inFile: path, format: format) == true }
    }

    /// Decodes a style picture to see that it is whole.
    public func examine(stylePictureAt path: String) async throws(ImagingError) {
        _ = try await styleRaster(at: path)
    }

    /// Decodes a mask: its alpha says what is painted.
    ///
    /// - Returns: its size, to be compared with the photo's.
    public func examine(maskAt path: String) async throws(ImagingError) -> PixelSize {
        try await blocking.decode(.file(path), .alpha, by: decoder).size
    }

    /// Opens a file and closes it. - Throws: why it cannot be read now.
    public func checkReadable(at path: String) async throws(RecordsError) {
        try await blocking.run { () throws(RecordsError) in try FileStore.checkReadable(at: path) }
    }

    /// The header of a file.
    public func header(at path: String) async throws(ImagingError) -> ImageHeader {
        try await blocking.header(of: .file(path), by: decoder)
    }

    public func paint(
        _ request: PaintRequest,
        task: Int,
        rung: Rung,
        onPartial: @Sendable (PictureRecord) async -> Void
    ) async throws(PaintError) -> PictureRecord {
        guard let model = models[request.model] else { throw .notInstalled("the model \(request.model)") }
        let style = request.styles[task]
        let photo: Raster
        do {
            photo = try await photoRaster(request.photo, outputSize: request.outputSize, workingSide: rung.workingSide)
        } catch {
            throw PaintError(error, reading: request.photo, in: files)
        }
        if task == request.styles.count - 1 {
            cache.remove(
                RasterCache.Key(digest: request.photo, size: request.outputSize, workingSide: rung.workingSide)
            )
        }
        // Beside the painting: most uploads are nobody's work, and who sent one of those shall not wait for that.
        async let examined = finisher.examine(upload: request.photo, cutTo: request.outputSize, decoded: photo)
        try await examineStylePicture(of: request)
        let mix = try await mix(for: style, of: request, photo: photo, model: model)
        let output = try await outputSize(of: request, painted: photo.size)
        let partials = PaintPlan.partialSides(
            count: request.partialImages,
            below: photo.size.longerSide,
            rung: rung,
            ladder: model.entry.ladder
        )
        for side in partials {
            let smaller = try await resize(photo, to: photo.size.fitting(longerSide: side))
            let painted = try await run(model, smaller, mix)
            try await examined.get()
            let partial: PictureRecord
            do throws(PaintError) {
                partial = try await finisher.finish(
                    painted,
                    output,
                    keepsContent: true,
                    revisedPrompt: style.revisedPrompt,
                    of: request
                )
            } catch {
                // One that cannot be kept now is left out: the picture itself may still succeed.
                guard error.fault == .environment else { throw error }
                continue
            }
            await onPartial(partial)
        }
        let painted = try await run(model, photo, mix)
        try await examined.get()
        return try await finisher.finish(
            painted,
            output,
            keepsContent: true,
            revisedPrompt: style.revisedPrompt,
            of: request
        )
    }

    private func examineStylePicture(of request: PaintRequest) async throws(PaintError) {
        guard let digest = request.stylePicture, finisher.rights != nil else { return }
        // The style is read from a square about its middle: margins must not hide what that shows.
        let side = RestyleModel.stylePictureSide
        try await finisher.examine(upload: digest, cutTo: PixelSize(width: side, height: side)).get()
    }

    private func outputSize(of request: PaintRequest, painted: PixelSize) async throws(PaintError) -> PixelSize {
        if let size = request.outputSize { return size }
        guard let side = request.outputSide else { return painted }
        do {
            return try await header(at: files.path(of: request.photo)).size.fitting(longerSide: side)
        } catch {
            throw PaintError(error, reading: request.photo, in: files)
        }
    }

    private func run(_ model: RestyleModel, _ photo: Raster, _ mix: StyleMix) async throws(PaintError) -> Raster {
        do {
            return try await model.paint(photo, style: mix)
        } catch {
            throw .inference(error.description)
        }
    }

    private func mix(
        for style: PaintRequest.TaskStyle,
        of request: PaintRequest,
        photo: Raster,
        model: RestyleModel
    ) async throws(PaintError) -> StyleMix {
        switch style {
        case .learned(let index, _):
            guard model.styles.styles.indices.contains(index) else { throw .notInstalled("style \(index)") }
            var weights = [Float](repeating: 0, count: model.styles.styles.count)
            weights[index] = 1
            return .learned(weights)
        case .prompt: throw .notInstalled("a style for words alone")
        case .picture(let strength, _):
            guard let digest = request.stylePicture else { throw .missingUpload }
            let picture: Raster
            do {
                picture = try await styleRaster(at: files.path(of: digest))
            } catch {
                throw PaintError(error, reading: digest, in: files)
            }
            do {
                let wanted = try await model.styleVector(of: picture)
                guard strength < 1 else { return .vector(wanted) }
                let side = RestyleModel.stylePictureSide
                let own = try await model.styleVector(
                    of: resize(photo, to: PixelSize(width: side, height: side), filling: true)
                )
                return .vector(zip(wanted, own).map { $0 * Float(strength) + $1 * Float(1 - strength) })
            } catch let error as InferenceError {
                throw .inference(error.description)
            } catch let error as PaintError {
                throw error
            } catch {
                throw .inference("\(error)")
            }
        }
    }

    // MARK: Decoding

    private func photoRaster(
        _ digest: String,
        at path: String? = nil,
        outputSize: PixelSize?,
        workingSide: Int
    ) async throws(ImagingError) -> Raster {
        let key = RasterCache.Key(digest: digest, size: outputSize, workingSide: workingSide)
        if let raster = cache.raster(for: key) { return raster }
        let source = ImageSource.file(path ?? files.path(of: digest))
        let size = outputSize.map { PaintPlan.workingSize(output: $0, workingSide: workingSide) }
        let decoding = size.map(BlockingWork.Decoding.filling) ?? .fitting(workingSide)
        let raster = try await blocking.decode(source, decoding, by: decoder)
        cache.insert(raster, for: key)
        return raster
    }

    private func styleRaster(at path: String) async throws(ImagingError) -> Raster {
        let side = RestyleModel.stylePictureSide
        let source = ImageSource.file(path)
        return try await blocking.decode(source, .filling(PixelSize(width: side, height: side)), by: decoder)
    }

    private func resize(
        _ raster: Raster,
        to size: PixelSize,
        filling: Bool = false
    ) async throws(PaintError) -> Raster {
        do {
            return try await blocking.run { () throws(ImagingError) in try raster.resized(to: size, filling: filling) }
        } catch {
            throw .imaging(error)
        }
    }
}
