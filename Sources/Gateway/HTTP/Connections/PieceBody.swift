internal import Foundation
internal import Glibc
internal import Hummingbird
internal import NIOCore
internal import NIOPosix
internal import Records

/// A body that is read from disk while it is sent: however slow its client, no more than a piece of it is in memory.
struct PieceBody: Sendable {
    private enum Part: Sendable {
        case bytes(ByteBuffer)
        case file(path: String, count: Int, isBase64: Bool)
    }

    private var parts: [Part] = []
    /// In bytes, as it is sent.
    private(set) var contentLength = 0

    init() {}

    init(_ bytes: [UInt8]) { append(ByteBuffer(bytes: bytes)) }

    mutating func append(_ bytes: ByteBuffer) {
        parts.append(.bytes(bytes))
        contentLength += bytes.readableBytes
    }

    /// - Parameter count: the file's size in bytes.
    private mutating func append(file path: String, count: Int, asBase64 isBase64: Bool) {
        parts.append(.file(path: path, count: count, isBase64: isBase64))
        contentLength += isBase64 ? (count + 2) / 3 * 4 : count
    }

    mutating func append(_ other: PieceBody) {
        parts += other.parts
        contentLength += other.contentLength
    }

    /// A kept file. - Returns: nil when it is not there.
    static func file(_ digest: String, in files: FileStore, asBase64 isBase64: Bool = false) async -> PieceBody? {
        guard let count = try? await NIOThreadPool.singleton.runIfActive({ files.size(of: digest) }) else { return nil }
        var body = PieceBody()
        body.append(file: files.path(of: digest), count: count, asBase64: isBase64)
        return body
    }

    func write(to writer: inout any ResponseBodyWriter) async throws {
        for part in parts {
            switch part {
            case .bytes(let bytes): try await writer.write(bytes)
            case .file(let path, let count, let isBase64):
                let file = PieceReader(path: path, count: count)
                while let piece = try await file.next() {
                    try await writer.write(
                        isBase64 ? ByteBuffer(bytes: Data(piece).base64EncodedData()) : ByteBuffer(bytes: piece)
                    )
                }
            }
        }
    }

    /// As the body of an answer that says its length.
    var responseBody: ResponseBody {
        ResponseBody(contentLength: contentLength) { writer in
            try await write(to: &writer)
            try await writer.finish(nil)
        }
    }
}

/// Reads a file in pieces, on threads that may block.
private actor PieceReader {
    enum Failure: Error {
        /// The file is gone, or not as long as it was. The answer has begun and can only be cut off.
        case gone
    }

    /// Divisible by three, so that the base64 of pieces is that of the whole.
    private static let pieceBytes = 48 * 1024

    private final class Descriptor: Sendable {
        let number: Int32

        init(_ number: Int32) { self.number = number }

        deinit { close(number) }
    }

    private let path: String
    private let count: Int
    private var offset = 0
    private var descriptor: Descriptor?

    init(path: String, count: Int) {
        self.path = path
        self.count = count
    }

    /// The next piece; nil at the end.
    func next() async throws -> [UInt8]? {
        let (known, path, offset) = (descriptor, path, offset)
        let wanted = min(Self.pieceBytes, count - offset)
        guard wanted > 0 else { return nil }
        let (opened, piece) = try await NIOThreadPool.singleton.runIfActive { () throws -> (Descriptor, [UInt8]) in
            let descriptor = try known ?? Self.open(path)
            return (descriptor, try Self.read(descriptor, wanted, at: offset))
        }
        self.descriptor = opened
        self.offset = offset + piece.count
        return piece
    }

    private static func open(_ path: String) throws -> Descriptor {
        let number = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw Failure.gone }
        return Descriptor(number)
    }

    private static func read(_ descriptor: Descriptor, _ wanted: Int, at offset: Int) throws -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            filled = 0
            while filled < wanted {
                let count = pread(
                    descriptor.number,
                    buffer.baseAddress.map { $0 + filled },
                    wanted - filled,
                    off_t(offset + filled)
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    failed = true
                    return
                }
                filled += count
            }
        }
        guard !failed else { throw Failure.gone }
        return bytes
    }
}
