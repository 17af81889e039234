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
        let format = try ImageFormat(sniffing: source)
        var header = hs_vips_header()
        try unsafe VipsLibrary.call(failure: VipsLibrary.readingError) { message in
            unsafe source.withParts { path, data, length in
                unsafe hs_vips_probe(path, data, length, &header, message)
            }
        }
        guard VipsLibrary.string(of: header.loader).hasPrefix(format.loader) else { throw .unknownFormat }
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
    /// What the first bytes say. libvips is not even asked about anything else: its other readers never see a byte.
    fileprivate init(sniffing source: ImageSource) throws(ImagingError) {
        let head = source.leadingBytes(32)
        guard !head.isEmpty else { throw .empty }
        func has(_ text: String, at offset: Int) -> Bool { head.dropFirst(offset).starts(with: Array(text.utf8)) }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if has("RIFF", at: 0), has("WEBP", at: 8) {
            self = .webp
        } else if has("ftyp", at: 4), ["avif", "avis"].contains(where: { has($0, at: 8) }) {
            self = .avif
        } else if has("ftyp", at: 4), ["hei", "hev", "mif1", "msf1"].contains(where: { has($0, at: 8) }) {
            self = .heic
        } else {
            throw .unknownFormat
        }
    }

    /// The loader that libvips must choose for this format.
    fileprivate var loader: String {
        switch self {
        case .jpeg: "VipsForeignLoadJpeg"
        case .png: "VipsForeignLoadPng"
        case .webp: "VipsForeignLoadWebp"
        case .avif, .heic: "VipsForeignLoadHeif"
        }
    }
}
