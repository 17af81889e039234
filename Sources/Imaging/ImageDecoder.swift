internal import CVips

/// Reads pictures from outside: hostile until parsed.
///
/// All calls block the calling thread for as long as the picture takes; keep them off Swift's cooperative threads.
public struct ImageDecoder: Sendable {
    public let limits: ImageLimits

    /// - Throws: ``ImagingError/libraryUnavailable(reason:)``.
    public init(limits: ImageLimits = ImageLimits()) throws(ImagingError) {
        self.limits = limits
        try VipsLibrary.start()
    }

    /// Reads and checks the header; no pixel is decoded.
    public func header(of source: ImageSource) throws(ImagingError) -> ImageHeader {
        if case .bytes(let bytes) = source, bytes.isEmpty { throw .empty }
        var header = hs_vips_header()
        try unsafe VipsLibrary.call(failure: VipsLibrary.readingError) { message in
            unsafe source.withParts { path, data, length in
                unsafe hs_vips_probe(path, data, length, &header, message)
            }
        }
        let format = try ImageFormat(loader: VipsLibrary.string(of: header.loader), source: source)
        guard header.width > 0, header.height > 0 else { throw .damaged(reason: "it has no size") }
        let (width, height) = (Int(header.width), Int(header.height))
        guard width * height <= limits.maximumPixels else {
            throw .tooManyPixels(width: width, height: height, limit: limits.maximumPixels)
        }
        guard min(width, height) >= limits.minimumSide else {
            throw .tooSmall(width: width, height: height, minimum: limits.minimumSide)
        }
        // An HEIF file may hold several still pictures; the primary one is taken.
        if header.pages > 1, format != .heic, format != .avif { throw .animated(frames: Int(header.pages)) }
        if format == .png, source.isAnimatedPNG { throw .animated(frames: 0) }
        // EXIF orientations 5 to 8 are turned by a quarter.
        let isTurned = header.orientation >= 5
        return ImageHeader(
            format: format,
            size: isTurned ? PixelSize(width: height, height: width) : PixelSize(width: width, height: height),
            hasAlpha: header.has_alpha
        )
    }

    /// Decodes to upright sRGB on white, at most `longerSide` on the longer side, never enlarged.
    public func decode(_ source: ImageSource, fitting longerSide: Int) throws(ImagingError) -> Raster {
        let target = try header(of: source).size.fitting(longerSide: longerSide)
        return try decode(source, request(target, fill: false))
    }

    /// Decodes to upright sRGB on white of exactly `size`: scaled to cover it, the surplus cut off about the centre.
    public func decode(_ source: ImageSource, filling size: PixelSize) throws(ImagingError) -> Raster {
        _ = try header(of: source)
        return try decode(source, request(size, fill: true))
    }

    /// Decodes the alpha channel alone, at the picture's own size.
    public func decodeAlpha(_ source: ImageSource) throws(ImagingError) -> Raster {
        guard try header(of: source).hasAlpha else { throw .noAlpha }
        return try decode(source, hs_vips_request(width: 0, height: 0, fill: false, alpha_only: true))
    }

    private func request(_ size: PixelSize, fill: Bool) -> hs_vips_request {
        hs_vips_request(width: Int32(size.width), height: Int32(size.height), fill: fill, alpha_only: false)
    }

    private func decode(_ source: ImageSource, _ request: hs_vips_request) throws(ImagingError) -> Raster {
        var pixels: UnsafeMutablePointer<UInt8>?
        var width: Int32 = 0
        var height: Int32 = 0
        try unsafe VipsLibrary.call(failure: VipsLibrary.readingError) { message in
            unsafe source.withParts { path, data, length in
                unsafe hs_vips_decode(path, data, length, request, &pixels, &width, &height, message)
            }
        }
        return unsafe VipsLibrary.takeRaster(
            pixels,
            size: PixelSize(width: Int(width), height: Int(height)),
            channels: request.alpha_only ? 1 : 3
        )
    }
}

extension ImageSource {
    /// The file's path, or the bytes, as C wants them; valid during `body`.
    fileprivate func withParts<Result>(
        _ body: (UnsafePointer<CChar>?, UnsafeRawPointer?, Int) -> Result
    ) -> Result {
        switch self {
        case .file(let path): unsafe path.withCString { path in unsafe body(path, nil, 0) }
        case .bytes(let bytes): unsafe bytes.withUnsafeBytes { unsafe body(nil, $0.baseAddress, $0.count) }
        }
    }

    /// Whether a PNG file has the chunk that makes it an animation, which libpng passes over in silence.
    ///
    /// The chunk `acTL` stands before the first `IDAT` (https://www.w3.org/TR/png-3/#11acTL).
    fileprivate var isAnimatedPNG: Bool {
        let head = leadingBytes(64 * 1024)
        var offset = 8
        while offset + 8 <= head.count {
            let length = head[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            switch Array(head[offset + 4..<offset + 8]) {
            case Array("acTL".utf8): return true
            case Array("IDAT".utf8): return false
            default: offset += 12 + length
            }
        }
        return false
    }
}

extension ImageFormat {
    fileprivate init(loader: String, source: ImageSource) throws(ImagingError) {
        if loader.hasPrefix("VipsForeignLoadJpeg") {
            self = .jpeg
        } else if loader.hasPrefix("VipsForeignLoadPng") {
            self = .png
        } else if loader.hasPrefix("VipsForeignLoadWebp") {
            self = .webp
        } else if loader.hasPrefix("VipsForeignLoadHeif") {
            // Bytes 8 to 12 of an ISO base media file are its major brand.
            self = source.leadingBytes(12).suffix(4).starts(with: Array("avi".utf8)) ? .avif : .heic
        } else {
            throw .unknownFormat
        }
    }
}
