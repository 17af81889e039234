public import Imaging

/// Decoding, as far as memory allows: each decoding is priced by its file's header, and together they stay within a budget.
extension BlockingWork {
    /// What is wanted of a picture.
    public enum Decoding: Hashable, Sendable {
        /// At most so many pixels on the longer side, never enlarged.
        case fitting(Int)
        /// Exactly this size, what is too much cut off about the centre.
        case filling(PixelSize)
        /// Its transparency, at its own size.
        case alpha

        /// Bytes that the pixels take, in libvips's memory and in ours.
        fileprivate func bytes(of size: PixelSize) -> Int {
            switch self {
            case .fitting(let side): 2 * 3 * size.fitting(longerSide: side).area
            case .filling(let size): 2 * 3 * size.area
            case .alpha: 2 * size.area
            }
        }
    }

    public func header(of source: ImageSource, by decoder: ImageDecoder) async throws(ImagingError) -> ImageHeader {
        try await run { () throws(ImagingError) in try decoder.header(of: source) }
    }

    /// Decodes a picture when there is memory for it.
    ///
    /// - Throws: what ``ImageDecoder`` throws; ``ImagingError/tooExpensive(width:height:bytes:limit:)`` when all the memory that
    ///   there is for decoding would not do.
    public func decode(
        _ source: ImageSource,
        _ decoding: Decoding,
        by decoder: ImageDecoder
    ) async throws(ImagingError) -> Raster {
        let opened = try await run { () throws(ImagingError) in try decoder.open(source) }
        let bytes = opened.header.decodingBytes + decoding.bytes(of: opened.header.size)
        return try await memory.holding(bytes) { () throws(ImagingError) in
            try await run { () throws(ImagingError) in
                switch decoding {
                case .fitting(let side): try decoder.decode(opened, fitting: side)
                case .filling(let size): try decoder.decode(opened, filling: size)
                case .alpha: try decoder.decodeAlpha(opened)
                }
            }
        }
    }
}
