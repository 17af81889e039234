internal import CVips

extension Raster {
    /// The picture at exactly `target`, resampled with a Lanczos kernel (libvips).
    ///
    /// - Parameter filling: keep the shape and cut off the surplus about the centre, instead of stretching.
    /// - Throws: ``ImagingError/damaged(reason:)`` when libvips refuses, for want of memory say.
    public func resized(to target: PixelSize, filling: Bool = false) throws(ImagingError) -> Raster {
        guard target != size else { return self }
        try VipsLibrary.start()
        var pixels: UnsafeMutablePointer<UInt8>?
        try unsafe VipsLibrary.call(failure: ImagingError.damaged) { message in
            unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe hs_vips_resize(
                    buffer.baseAddress,
                    Int32(size.width),
                    Int32(size.height),
                    Int32(channels),
                    Int32(target.width),
                    Int32(target.height),
                    filling,
                    &pixels,
                    message
                )
            }
        }
        return unsafe VipsLibrary.takeRaster(pixels, size: target, channels: channels)
    }
}
