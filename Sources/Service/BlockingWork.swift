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

    /// What decoded pictures may take, together.
    public static let usualMemoryBytes = 384 << 20

    /// Memory for pictures while they are decoded and finished.
    public let memory: ByteBudget
    private let threads: Threads
    private let semaphore: AsyncSemaphore

    /// - Parameters:
    ///   - width: how many run at the same time.
    ///   - memory: shared by all who decode pictures.
    public init(width: Int, memory: ByteBudget = ByteBudget(limit: Self.usualMemoryBytes)) {
        self.memory = memory
        threads = Threads(count: max(1, width))
        semaphore = AsyncSemaphore(permits: max(1, width))
    }

    /// Other threads that share the memory: what waits there takes no thread from what waits here.
    public func lane(width: Int) -> BlockingWork { BlockingWork(width: width, memory: memory) }

    /// Runs `body` and hands its result or its error on.
    public func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await semaphore.wait()
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
            threads.pool.submit { _ in
                Self.stepBack()
                continuation.resume(returning: Result(catching: body))
            }
        }
        semaphore.signal()
        return try result.get()
    }

    /// Lowers the calling thread's priority, once. On Linux, 0 names the calling thread and no other.
    private static func stepBack() {
        let callingThread = __priority_which_t(PRIO_PROCESS.rawValue)
        if getpriority(callingThread, 0) < niceness { setpriority(callingThread, 0, niceness) }
    }
}
