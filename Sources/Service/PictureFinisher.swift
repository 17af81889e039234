internal import Imaging
internal import Records

/// The way from painted pixels to a kept file, the same for all kinds of models: size, mask, what may leave, what it says
/// of itself, encoding.
struct PictureFinisher: Sendable {
    let decoder: ImageDecoder
    let files: FileStore
    let blocking: BlockingWork
    /// nil: pictures leave unchecked and unsigned.
    let rights: RightsOffice?
    private let looks = SharedLooks()

    init(decoder: ImageDecoder, files: FileStore, blocking: BlockingWork, rights: RightsOffice?) {
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
        let (files, decoder, rights) = (files, decoder, rights)
        return try await blocking.run { () throws(PaintError) in
            let finished: Raster
            // A mask or a photo that cannot be read just now is no fault of the picture.
            func tell(_ error: ImagingError) -> PaintError {
                guard let mask = request.mask else { return .imaging(error) }
                let isMask = (try? files.checkReadable(mask)) == nil
                return PaintError(error, reading: isMask ? mask : request.photo, in: files)
            }
            do throws(ImagingError) {
                var picture = try painted.resized(to: output, filling: filling)
                if let mask = request.mask {
                    let alpha = try decoder.decodeAlpha(.file(files.path(of: mask)))
                    // Opaque parts of the mask stay the photo, as sharp as it is.
                    let photo = try decoder.decode(.file(files.path(of: request.photo)), filling: output)
                    picture = photo.blended(over: picture, coverage: try alpha.resized(to: output, filling: true))
                }
                finished = picture
            } catch {
                throw tell(error)
            }
            let finding = try rights?.examine(output: finished, keepsContent: keepsContent)
            if let finding, !finding.isForReview { throw .blocked(finding) }
            let picture = try Self.keep(finished, revisedPrompt, request, files, rights)
            if var finding {
                finding.picture = picture
                throw .blocked(finding)
            }
            return picture
        }
    }

    private static func keep(
        _ picture: Raster,
        _ revisedPrompt: String,
        _ request: PaintRequest,
        _ files: FileStore,
        _ rights: RightsOffice?
    ) throws(PaintError) -> PictureRecord {
        let finished: RightsOffice.Finished
        if let rights {
            finished = try rights.finish(picture, of: request)
        } else {
            do {
                finished = RightsOffice.Finished(bytes: try picture.encoded(as: request.encoding), mark: nil)
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
        let wanted: [UploadLook]
        do {
            wanted = try await blocking.run { () throws(PaintError) in try rights.looks(at: digest, cutTo: shape) }
        } catch {
            return .failure(error)
        }
        for look in wanted {
            let isDecoded = shape == nil || look.view != .whole
            let outcome = await looks.outcome(of: look) {
                await blocking.run { () throws(Never) in
                    Result { () throws(PaintError) in
                        if let finding = try rights.examine(look, decoded: isDecoded ? decoded : nil) {
                            throw .blocked(finding)
                        }
                    }
                }
            }
            if case .failure = outcome { return outcome }
        }
        return .success(())
    }
}
