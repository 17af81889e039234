internal import Hummingbird
internal import NIOCore

/// A request's body as routes read it: each piece is counted and timed, and every failure says what is wrong.
struct GuardedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let body: RequestBody
    let watch: BodyWatch

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var pieces: RequestBody.AsyncIterator
        fileprivate let watch: BodyWatch

        mutating func next() async throws -> ByteBuffer? {
            try await watch.next { try await pieces.next() }
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        watch.take()
        return AsyncIterator(pieces: body.makeAsyncIterator(), watch: watch)
    }
}
