internal import Glibc

/// Reads an encoded picture at any place, whether it is a file or in memory.
final class FileView {
    private static let windowBytes = 64 * 1024

    private enum Content {
        case descriptor(Int32)
        case bytes([UInt8])
    }

    /// Bytes in all.
    let count: Int
    private let content: Content
    private var window: [UInt8] = []
    private var windowStart = 0

    /// A file that cannot be opened reads as an empty one.
    init(_ source: ImageSource) {
        switch source {
        case .bytes(let bytes):
            content = .bytes(bytes)
            count = bytes.count
        case .file(let path):
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            content = .descriptor(descriptor)
            count = descriptor < 0 ? 0 : max(0, Int(lseek(descriptor, 0, SEEK_END)))
        }
    }

    deinit {
        if case .descriptor(let descriptor) = content, descriptor >= 0 { close(descriptor) }
    }

    /// - Returns: nil when not all of them are there.
    func bytes(at offset: Int, _ wanted: Int) -> [UInt8]? {
        guard offset >= 0, wanted >= 0, offset <= count, wanted <= count - offset else { return nil }
        switch content {
        case .bytes(let bytes): return Array(bytes[offset..<offset + wanted])
        case .descriptor:
            guard wanted <= Self.windowBytes else { return read(offset, wanted) }
            if offset < windowStart || offset + wanted > windowStart + window.count {
                window = read(offset, min(Self.windowBytes, count - offset)) ?? []
                windowStart = offset
            }
            let start = offset - windowStart
            return start + wanted <= window.count ? Array(window[start..<start + wanted]) : nil
        }
    }

    func byte(at offset: Int) -> UInt8? {
        switch content {
        case .bytes(let bytes): return bytes.indices.contains(offset) ? bytes[offset] : nil
        case .descriptor:
            if window.indices.contains(offset - windowStart) { return window[offset - windowStart] }
            return bytes(at: offset, 1)?.first
        }
    }

    /// A big-endian number of `width` bytes, at most 8; nil when it is not there or too large.
    func bigEndian(at offset: Int, _ width: Int) -> Int? {
        guard let bytes = bytes(at: offset, width) else { return nil }
        return Int(exactly: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// A little-endian number of `width` bytes, at most 8; nil when it is not there or too large.
    func littleEndian(at offset: Int, _ width: Int) -> Int? {
        guard let bytes = bytes(at: offset, width) else { return nil }
        return Int(exactly: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// Four characters.
    func name(at offset: Int) -> String? {
        bytes(at: offset, 4).map { String(decoding: $0, as: Unicode.ASCII.self) }
    }

    /// The place of the next byte of this value; nil when there is none.
    func firstIndex(of value: UInt8, from offset: Int) -> Int? {
        if case .bytes(let bytes) = content {
            return offset < bytes.count ? bytes[offset...].firstIndex(of: value) : nil
        }
        var place = offset
        while place < count {
            if !(windowStart..<windowStart + window.count).contains(place) {
                window = read(place, min(Self.windowBytes, count - place)) ?? []
                windowStart = place
                guard !window.isEmpty else { return nil }
            }
            if let index = window[(place - windowStart)...].firstIndex(of: value) { return windowStart + index }
            place = windowStart + window.count
        }
        return nil
    }

    private func read(_ offset: Int, _ wanted: Int) -> [UInt8]? {
        guard case .descriptor(let descriptor) = content, descriptor >= 0 else { return nil }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, used in
            while used < wanted {
                let target = unsafe buffer.baseAddress.map { unsafe $0 + used }
                let got = unsafe pread(descriptor, target, wanted - used, offset + used)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                used += got
            }
        }
        return bytes.count == wanted ? bytes : nil
    }
}
