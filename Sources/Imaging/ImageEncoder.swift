internal import CVips

/// How a picture is to be written.
public struct ImageEncoding: Hashable, Sendable, Codable {
    public let format: ImageFormat
    /// 0 (smallest) to 100 (best); PNG is lossless and has no use for it.
    public let quality: Int

    public init(format: ImageFormat, quality: Int = 100) {
        precondition(ImageFormat.writable.contains(format), "\(format) is only read")
        precondition((0...100).contains(quality), "quality is 0...100")
        self.format = format
        self.quality = quality
    }
}

extension Raster {
    /// The picture as a file's bytes. The raster has three channels.
    ///
    /// - Throws: ``ImagingError/encodingFailed(reason:)``.
    public func encoded(as encoding: ImageEncoding) throws(ImagingError) -> [UInt8] {
        precondition(channels == 3, "only colour pictures are written")
        guard encoding.format != .png else { return try PNGWriter.encode(self) }
        try VipsLibrary.start()
        var buffer: UnsafeMutablePointer<UInt8>?
        var length = 0
        try unsafe VipsLibrary.call(failure: ImagingError.encodingFailed) { message in
            unsafe bytes.withUnsafeBufferPointer { pixels in
                unsafe hs_vips_encode(
                    pixels.baseAddress,
                    Int32(size.width),
                    Int32(size.height),
                    encoding.format == .jpeg ? HS_FORMAT_JPEG : HS_FORMAT_WEBP,
                    Int32(encoding.quality),
                    &buffer,
                    &length,
                    message
                )
            }
        }
        defer { unsafe hs_vips_free(buffer) }
        return unsafe Array(UnsafeBufferPointer(start: buffer, count: length))
    }
}
