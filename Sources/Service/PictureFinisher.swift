internal import Imaging
internal import Records

/// The way from painted pixels to a kept file, the same for all kinds of models: size, mask, encoding.
struct PictureFinisher: Sendable {
    let decoder: ImageDecoder
    let files: FileStore
    let blocking: BlockingWork

    /// Brings a painted raster to the output size, lays it behind the mask, encodes and keeps it.
    ///
    /// - Parameter filling: cut off what does not have the output's shape, instead of stretching.
    func finish(
        _ painted: Raster,
        _ output: PixelSize,
        filling: Bool = false,
        revisedPrompt: String,
        of request: PaintRequest
    ) async throws(PaintError) -> PictureRecord {
        let (files, decoder) = (files, decoder)
        return try await blocking.run { () throws(PaintError) in
            let bytes: [UInt8]
            do throws(ImagingError) {
                var picture = try painted.resized(to: output, filling: filling)
                if let mask = request.mask {
                    let alpha = try decoder.decodeAlpha(.file(files.path(of: mask)))
                    // Opaque parts of the mask stay the photo, as sharp as it is.
                    let photo = try decoder.decode(.file(files.path(of: request.photo)), filling: output)
                    picture = photo.blended(over: picture, coverage: try alpha.resized(to: output, filling: true))
                }
                bytes = try picture.encoded(as: request.encoding)
            } catch {
                throw .imaging(error)
            }
            do throws(RecordsError) {
                return PictureRecord(
                    digest: try files.write(bytes),
                    format: request.encoding.format.rawValue,
                    width: output.width,
                    height: output.height,
                    revisedPrompt: revisedPrompt
                )
            } catch {
                throw .records(error)
            }
        }
    }
}
