internal import AsyncHTTPClient
internal import NIOCore

/// The bytes of a request. A photo's bytes are shared by all requests that send it, so thousands in flight cost little.
struct RequestBody: Hashable, Sendable {
    let contentType: String
    let parts: [ByteBuffer]

    var byteCount: Int { parts.reduce(0) { $0 + $1.readableBytes } }

    var client: HTTPClientRequest.Body {
        if parts.count == 1, let only = parts.first { return .bytes(only) }
        return .stream(Sequence(parts: parts), length: .known(Int64(byteCount)))
    }

    private struct Sequence: AsyncSequence, Sendable {
        typealias Element = ByteBuffer

        struct Iterator: AsyncIteratorProtocol {
            var left: ArraySlice<ByteBuffer>

            mutating func next() async -> ByteBuffer? { left.popFirst() }
        }

        let parts: [ByteBuffer]

        func makeAsyncIterator() -> Iterator { Iterator(left: parts[...]) }
    }
}
