internal import CVips

/// The one place that talks about libvips itself: start-up, messages, ownership of its buffers.
enum VipsLibrary {
    /// Started once in a process; the outcome is remembered.
    private static let startFailure: ImagingError? = {
        do throws(ImagingError) {
            try unsafe call(failure: ImagingError.libraryUnavailable) { message in unsafe hs_vips_start(message) }
            return nil
        } catch {
            return error
        }
    }()

    static func start() throws(ImagingError) {
        if let startFailure { throw startFailure }
    }

    /// Calls a function of the shim and turns its message into an error.
    static func call(
        failure: (String) -> ImagingError,
        _ body: (UnsafeMutablePointer<CChar>) -> Int32
    ) throws(ImagingError) {
        var message = [CChar](repeating: 0, count: Int(HS_MESSAGE_BYTES))
        let status = unsafe message.withUnsafeMutableBufferPointer { buffer -> Int32 in
            guard let base = buffer.baseAddress else { return -1 }
            return unsafe body(base)
        }
        guard status == 0 else {
            throw failure(String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
    }

    /// What a failed read means. The first line of the library's message is kept: the rest repeats it.
    static func readingError(_ message: String) -> ImagingError {
        if message.contains("not in a known format") || message.contains("operation is blocked") {
            return .unknownFormat
        }
        let line = message.split(separator: "\n").first.map(String.init) ?? "it cannot be decoded"
        return .damaged(reason: line)
    }

    /// Copies pixels out of the library's memory and frees it.
    static func takeRaster(_ pixels: UnsafeMutablePointer<UInt8>?, size: PixelSize, channels: Int) -> Raster {
        let bytes = unsafe Array(UnsafeBufferPointer(start: pixels, count: size.area * channels))
        unsafe hs_vips_free(pixels)
        return Raster(size: size, channels: channels, bytes: bytes)
    }

    /// A C character array as a string, up to its terminator.
    static func string<Characters>(of characters: Characters) -> String {
        unsafe withUnsafeBytes(of: characters) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
