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
    public func header(of source: ImageSource) throws(ImagingError) -> ImageHeader { try open(source).header }

    /// A file whose structure and header were checked, and what of it a reader sees. Decoding it does not look at its
    /// structure again.
    public struct Opened: Sendable {
        public let header: ImageHeader
        let layout: PictureLayout
        let source: ImageSource
    }

    /// Reads and checks the structure and the header; no pixel is decoded. Nobody may change the file after that.
    public func open(_ source: ImageSource) throws(ImagingError) -> Opened {
        let layout = try PictureLayout(of: source)
        if layout.width > 0, layout.height > 0 { try check(layout.width, layout.height) }
        if layout.frames != 1 { throw .animated(frames: layout.frames) }
        var header = hs_vips_header()
        try unsafe VipsLibrary.call(failure: VipsLibrary.readingError) { message in
            unsafe VipsFile.lend(source, layout, withProfile: true) { unsafe hs_vips_probe($0, &header, message) }
        }
        guard VipsLibrary.string(of: header.loader).hasPrefix(layout.format.loader) else { throw .unknownFormat }
        guard header.width > 0, header.height > 0 else { throw .damaged(reason: "it has no size") }
        let (width, height) = (Int(header.width), Int(header.height))
        try check(width, height)
        // An HEIF file may hold several still pictures; the primary one is taken.
        if header.pages > 1, layout.format != .heic, layout.format != .avif {
            throw .animated(frames: Int(header.pages))
        }
        // What it says of itself in one place may be less than what it says in another.
        let price = max(layout.decodingBytes, layout.priced(width, height))
        guard price <= limits.maximumDecodingBytes else {
            throw .tooExpensive(width: width, height: height, bytes: price, limit: limits.maximumDecodingBytes)
        }
        let isTurned = layout.orientation >= 5
        let checked = ImageHeader(
            format: layout.format,
            size: isTurned ? PixelSize(width: height, height: width) : PixelSize(width: width, height: height),
            hasAlpha: header.has_alpha,
            decodingBytes: price
        )
        return Opened(header: checked, layout: layout, source: source)
    }

    private func check(_ width: Int, _ height: Int) throws(ImagingError) {
        guard width * height <= limits.maximumPixels else {
            throw .tooManyPixels(width: width, height: height, limit: limits.maximumPixels)
        }
        guard min(width, height) >= limits.minimumSide else {
            throw .tooSmall(width: width, height: height, minimum: limits.minimumSide)
        }
        guard max(width, height) <= limits.maximumRatio * min(width, height) else {
            throw .tooLong(width: width, height: height, ratio: limits.maximumRatio)
        }
    }

    /// Decodes to upright sRGB on white, at most `longerSide` on the longer side, never enlarged.
    public func decode(_ source: ImageSource, fitting longerSide: Int) throws(ImagingError) -> Raster {
        try decode(open(source), fitting: longerSide)
    }

    public func decode(_ opened: Opened, fitting longerSide: Int) throws(ImagingError) -> Raster {
        try decode(opened, request(opened.header.size.fitting(longerSide: longerSide), fill: false))
    }

    /// Decodes to upright sRGB on white of exactly `size`: scaled to cover it, the surplus cut off about the centre.
    public func decode(_ source: ImageSource, filling size: PixelSize) throws(ImagingError) -> Raster {
        try decode(open(source), filling: size)
    }

    public func decode(_ opened: Opened, filling size: PixelSize) throws(ImagingError) -> Raster {
        try decode(opened, request(size, fill: true))
    }

    /// Decodes the alpha channel alone, at the picture's own size.
    public func decodeAlpha(_ source: ImageSource) throws(ImagingError) -> Raster { try decodeAlpha(open(source)) }

    public func decodeAlpha(_ opened: Opened) throws(ImagingError) -> Raster {
        guard opened.header.hasAlpha else { throw .noAlpha }
        return try decode(opened, hs_vips_request(width: 0, height: 0, fill: false, alpha_only: true))
    }

    private func request(_ size: PixelSize, fill: Bool) -> hs_vips_request {
        hs_vips_request(width: Int32(size.width), height: Int32(size.height), fill: fill, alpha_only: false)
    }

    private func decode(_ opened: Opened, _ request: hs_vips_request) throws(ImagingError) -> Raster {
        do {
            return try decode(opened, request, withProfile: true)
        } catch {
            // A profile may have the right header and nothing right behind it.
            guard opened.layout.hasProfile else { throw error }
            return try decode(opened, request, withProfile: false)
        }
    }

    private func decode(
        _ opened: Opened,
        _ request: hs_vips_request,
        withProfile: Bool
    ) throws(ImagingError) -> Raster {
        var pixels: UnsafeMutablePointer<UInt8>?
        var width: Int32 = 0
        var height: Int32 = 0
        try unsafe VipsLibrary.call(failure: VipsLibrary.readingError) { message in
            unsafe VipsFile.lend(opened.source, opened.layout, withProfile: withProfile) { file in
                unsafe hs_vips_decode(file, request, &pixels, &width, &height, message)
            }
        }
        return unsafe VipsLibrary.takeRaster(
            pixels,
            size: PixelSize(width: Int(width), height: Int(height)),
            channels: request.alpha_only ? 1 : 3
        )
    }
}

extension ImageFormat {
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
