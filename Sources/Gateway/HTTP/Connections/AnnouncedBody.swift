internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A body whose client waits to be told that it is wanted: reading its first piece says so.
struct AnnouncedBody: AsyncSequence, Sendable {
    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var pieces: RequestBody.AsyncIterator
        fileprivate let signals: ConnectionSignals
        fileprivate var isWanted = false

        mutating func next() async throws -> ByteBuffer? {
            if !isWanted {
                isWanted = true
                signals.wantBody()
            }
            return try await pieces.next()
        }
    }

    let body: RequestBody
    let signals: ConnectionSignals

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: body.makeAsyncIterator(), signals: signals) }
}

extension Request {
    /// Whether the client sends its body only once it is told to.
    var expectsContinue: Bool { headers[values: .expect].contains { $0.lowercased() == "100-continue" } }
}
