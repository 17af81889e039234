internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A server-sent event stream that costs next to nothing while nothing happens: a queue, and whoever fills it.
struct LiveStream: Sendable {
    enum Piece: Sendable {
        case text(ByteBuffer)
        /// Put into words by who writes the stream, not by who tells it.
        case later(@Sendable () async -> ByteBuffer)
        case end
    }

    /// What a client may be behind. One that is further behind is cut off: it comes back and hears how things stand.
    private static let mostPieces = 4_096

    private let continuation: AsyncStream<Piece>.Continuation
    private let isCut = SharedFlag()

    func send(_ text: ByteBuffer) { yield(.text(text)) }

    func send(_ text: @escaping @Sendable () async -> ByteBuffer) { yield(.later(text)) }

    private func yield(_ piece: Piece) {
        if case .dropped = continuation.yield(piece) { continuation.finish() }
    }

    func end() { continuation.yield(.end) }

    /// Ends it without what is queued.
    func cut() {
        isCut.set()
        continuation.finish()
    }

    /// A stream that ends when those lose the right to it who hear it.
    static func response(
        by authority: Authority,
        _ authorities: AuthorityWatch,
        fill: @escaping @Sendable (LiveStream) async throws -> @Sendable () async -> Void
    ) -> Response {
        response { stream in
            let name = await authorities.watch(authority) { stream.cut() }
            let undo: @Sendable () async -> Void
            do {
                undo = try await fill(stream)
            } catch {
                await authorities.unwatch(name, authority)
                throw error
            }
            return {
                await authorities.unwatch(name, authority)
                await undo()
            }
        }
    }

    /// - Parameter fill: lets things be sent to the stream; called once the answer has begun. Returns what undoes that.
    static func response(
        headers: HTTPFields = [:],
        fill: @escaping @Sendable (LiveStream) async throws -> @Sendable () async -> Void
    ) -> Response {
        EventStream.response(headers: headers) { writer in
            let (pieces, continuation) = AsyncStream.makeStream(
                of: Piece.self,
                bufferingPolicy: .bufferingOldest(mostPieces)
            )
            // Ends with its connection and with the server, also while nothing happens.
            let signals = ConnectionSignals.current
            let name = signals.onEnding { _ in continuation.finish() }
            defer { signals.forget(name) }
            let stream = LiveStream(continuation: continuation)
            let undo = try await fill(stream)
            do {
                loop: for await piece in pieces where !stream.isCut.isSet {
                    switch piece {
                    case .text(let text): try await writer.write(text)
                    case .later(let text): try await writer.write(text())
                    case .end: break loop
                    }
                }
            } catch {
                await undo()
                throw error
            }
            await undo()
        }
    }
}
