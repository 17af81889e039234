internal import CC2PA

/// A file in memory, for the C2PA library to read, and to write if it may.
///
/// The library calls back on the thread that called it, so nothing here is shared between threads.
final class MemoryStream {
    private(set) var bytes: [UInt8]
    private var position = 0
    private let isWritable: Bool

    /// Nothing that the library writes comes near this; what would is a mistake, and must not fill the memory.
    private static let limit = 1 << 30

    init(reading bytes: [UInt8]) {
        self.bytes = bytes
        isWritable = false
    }

    init(writingAbout capacity: Int) {
        bytes = []
        bytes.reserveCapacity(capacity)
        isWritable = true
    }

    /// Lends the library a stream over this file for as long as `body` runs.
    func lend<Result: ~Copyable>(
        _ body: (OpaquePointer) throws(LibraryFailure) -> Result
    ) throws(LibraryFailure) -> Result {
        let context = unsafe OpaquePointer(Unmanaged.passUnretained(self).toOpaque())
        let stream = unsafe c2pa_create_stream(
            context,
            { context, data, length in
                unsafe MemoryStream.of(context)?.read(into: UnsafeMutableBufferPointer(start: data, count: length))
                    ?? -1
            },
            { context, offset, mode in
                unsafe MemoryStream.of(context)?.seek(offset, mode: mode) ?? -1
            },
            { context, data, length in
                unsafe MemoryStream.of(context)?.write(UnsafeBufferPointer(start: data, count: length)) ?? -1
            },
            { _ in 0 }
        )
        guard let stream = unsafe stream else { throw LibraryFailure.last() }
        defer {
            unsafe c2pa_release_stream(stream)
            // The library holds a bare pointer to this object until here.
            withExtendedLifetime(self) {}
        }
        return try unsafe body(stream)
    }

    private static func of(_ context: OpaquePointer?) -> MemoryStream? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<MemoryStream>.fromOpaque(UnsafeRawPointer(context)).takeUnretainedValue()
    }

    private func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let count = min(buffer.count, max(0, bytes.count - position))
        guard count > 0 else { return 0 }
        unsafe bytes.withUnsafeBufferPointer { source in
            let range = position..<position + count
            _ = unsafe buffer.update(fromContentsOf: source.extracting(range))
        }
        position += count
        return count
    }

    private func write(_ buffer: UnsafeBufferPointer<UInt8>) -> Int {
        let (end, isTooFar) = position.addingReportingOverflow(buffer.count)
        guard isWritable, !isTooFar, end <= Self.limit else { return -1 }
        if position > bytes.count { bytes.append(contentsOf: repeatElement(0, count: position - bytes.count)) }
        let overlap = min(end, bytes.count)
        unsafe bytes.replaceSubrange(position..<overlap, with: buffer)
        position = end
        return buffer.count
    }

    private func seek(_ offset: Int, mode: Int32) -> Int {
        let start: Int
        switch Int(mode) {
        case Int(C2PA_SEEK_START): start = 0
        case Int(C2PA_SEEK_CURRENT): start = position
        case Int(C2PA_SEEK_END): start = bytes.count
        default: return -1
        }
        let (target, isTooFar) = start.addingReportingOverflow(offset)
        guard !isTooFar, target >= 0 else { return -1 }
        position = target
        return target
    }
}
