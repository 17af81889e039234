internal import Dispatch
internal import Inference

/// Runs calls that block (decoding, encoding, files) beside Swift's cooperative threads, a few at a time.
public struct BlockingWork: Sendable {
    private let queue = DispatchQueue(label: "heatsink.blocking", qos: .userInitiated, attributes: .concurrent)
    private let turnstile: Turnstile

    /// - Parameter width: how many run at the same time. Each may hold a decoded picture: this bounds memory.
    public init(width: Int) {
        turnstile = Turnstile(permits: max(1, width))
    }

    /// Runs `body` and hands its result or its error on.
    public func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await turnstile.enter()
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
            queue.async { continuation.resume(returning: Result(catching: body)) }
        }
        turnstile.leave()
        return try result.get()
    }
}
