internal import Imaging
internal import Records

/// The way from painted pixels to a kept file, the same for all kinds of models: size, mask, what may leave, what it says
/// of itself, encoding.
struct PictureFinisher: Sendable {
    let decoder: ImageDecoder
    let files: FileStore
    let blocking: BlockingWork
    /// nil: pictures leave unchecked and unsigned.
    let rights: RightsService?
    private let checks = InFlightChecks()

    /// What a finished pixel takes in memory: the picture resized, marked and signed, as a file and on its way there.
    private static let bytesPerPixel = 24

    init(decoder: ImageDecoder, files: FileStore, blocking: BlockingWork, rights: RightsService?) {
        self.decoder = decoder
        self.files = files
        self.blocking = blocking
        self.rights = rights
    }

    /// Brings a painted raster to the output size, lays it behind the mask, encodes and keeps it.
    ///
    /// - Parameters:
    ///   - filling: cut off what does not have the output's shape, instead of stretching.
    ///   - keepsContent: it shows what the uploads show, in another manner. What was seen in them is not looked for again.
    func finish(
        _ painted: Raster,
        _ output: PixelSize,
        filling: Bool = false,
        keepsContent: Bool = false,
        revisedPrompt: String,
        of request: PaintRequest
    ) async throws(PaintError) -> PictureRecord {
        let (files, rights) = (files, rights)
        let layers = try await self.layers(of: request, output)
        let finishing = { @Sendable () throws(PaintError) in
            let finished: Raster
            do throws(ImagingError) {
                let picture = try painted.resized(to: output, filling: filling)
                finished = layers.map { $0.photo.blended(over: picture, coverage: $0.coverage) } ?? picture
            } catch {
                throw .imaging(error)
            }
            let finding = try rights?.examine(output: finished, showing: keepsContent ? request.photo : nil)
            if let finding, !finding.isForReview { throw .blocked(finding) }
            let picture = try Self.keep(finished, revisedPrompt, request, files, rights)
            if var finding {
                finding.picture = picture
                throw .blocked(finding)
            }
            return picture
        }
        return try await blocking.memory.holding(output.area * Self.bytesPerPixel) { () throws(PaintError) in
            try await blocking.run(finishing)
        }
    }

    /// What lies over a painting where its mask is opaque.
    private struct Layers: Sendable {
        let photo: Raster
        let coverage: Raster
    }

    /// - Returns: nil without a mask.
    private func layers(of request: PaintRequest, _ output: PixelSize) async throws(PaintError) -> Layers? {
        guard let mask = request.mask else { return nil }
        let alpha = try await decode(mask, .alpha)
        let coverage: Raster
        do {
            coverage = try await blocking.run { () throws(ImagingError) in
                try alpha.resized(to: output, filling: true)
            }
        } catch {
            throw .imaging(error)
        }
        // Opaque parts of the mask stay the photo, as sharp as it is.
        return Layers(photo: try await decode(request.photo, .filling(output)), coverage: coverage)
    }

    /// A mask or a photo that cannot be read just now is no fault of the picture.
    private func decode(_ digest: String, _ decoding: BlockingWork.Decoding) async throws(PaintError) -> Raster {
        do {
            return try await blocking.decode(.file(files.path(of: digest)), decoding, by: decoder)
        } catch {
            throw PaintError(error, reading: digest, in: files)
        }
    }

    private static func keep(
        _ picture: Raster,
        _ revisedPrompt: String,
        _ request: PaintRequest,
        _ files: FileStore,
        _ rights: RightsService?
    ) throws(PaintError) -> PictureRecord {
        let finished: RightsService.Finished
        if let rights {
            finished = try rights.finish(picture, of: request)
        } else {
            do {
                finished = RightsService.Finished(bytes: try picture.encoded(as: request.encoding), mark: nil)
            } catch {
                throw .imaging(error)
            }
        }
        let changes = (request.rights?.changes ?? []).joined(separator: " ")
        do {
            return PictureRecord(
                digest: try files.write(finished.bytes),
                format: request.encoding.format.rawValue,
                width: picture.size.width,
                height: picture.size.height,
                revisedPrompt: changes.isEmpty ? revisedPrompt : "\(changes) \(revisedPrompt)",
                mark: finished.mark
            )
        } catch {
            throw .records(error)
        }
    }

    /// Looks at an upload, beside whatever else is done with it: at all of it, and where much of it will be cut off also at
    /// what is left.
    ///
    /// - Parameters:
    ///   - shape: what it will be cut to about its middle; nil: nothing is cut off.
    ///   - decoded: what is painted from, cut already.
    func examine(
        upload digest: String,
        cutTo shape: PixelSize? = nil,
        decoded: Raster? = nil
    ) async -> Result<Void, PaintError> {
        guard let rights else { return .success(()) }
        let wanted: [UploadCheck]
        do {
            wanted = try await blocking.run { () throws(PaintError) in try rights.checks(of: digest, cutTo: shape) }
        } catch {
            return .failure(error)
        }
        for check in wanted {
            let known = shape == nil || check.view != .whole ? decoded : nil
            let outcome = await checks.outcome(of: check) {
                let bytes = await blocking.run { () throws(Never) in rights.decodingBytes(of: check, decoded: known) }
                return await blocking.memory.holding(bytes) {
                    await blocking.run { () throws(Never) in
                        Result { () throws(PaintError) in
                            if let finding = try rights.examine(check, decoded: known) { throw .blocked(finding) }
                        }
                    }
                }
            }
            if case .failure = outcome { return outcome }
        }
        return .success(())
    }
}
