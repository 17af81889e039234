internal import Glibc
internal import Inference
internal import NIOPosix

/// Runs calls that block (decoding, encoding, files) on threads of their own beside Swift's cooperative ones, a few at a
/// time.
///
/// Their threads run at a lower priority than the network's: all of a network's threads wait for each other, so one that
/// loses its core to an encoder stops them all, while an encoder that loses its core stops nobody.
public struct BlockingWork: Sendable {
    private static let niceness: Int32 = 10

    /// Ends the threads when nobody can give them work any more.
    private final class Threads: Sendable {
        let pool: NIOThreadPool

        init(count: Int) {
            pool = NIOThreadPool(numberOfThreads: count)
            pool.start()
        }

        deinit { pool.shutdownGracefully { _ in } }
    }

    private let threads: Threads
    private let turnstile: Turnstile

    /// - Parameter width: how many run at the same time. Each may hold a decoded picture: this bounds memory.
    public init(width: Int) {
        threads = Threads(count: max(1, width))
        turnstile = Turnstile(permits: max(1, width))
    }

    /// Runs `body` and hands its result or its error on.
    public func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await turnstile.enter()
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
            threads.pool.submit { _ in
                Self.stepBack()
                continuation.resume(returning: Result(catching: body))
            }
        }
        turnstile.leave()
        return try result.get()
    }

    /// Lowers the calling thread's priority, once. On Linux, 0 names the calling thread and no other.
    private static func stepBack() {
        let callingThread = __priority_which_t(PRIO_PROCESS.rawValue)
        if getpriority(callingThread, 0) < niceness { setpriority(callingThread, 0, niceness) }
    }
}
