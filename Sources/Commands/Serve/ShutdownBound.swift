internal import Dispatch
internal import Glibc
internal import Logging
internal import ServiceLifecycle

/// Begins the stop, and makes sure that the process ends, whatever hangs: a disk that does not answer, for one.
///
/// Everything that was accepted is in the records by then, so leaving is safe at any moment.
struct ShutdownBound: Service {
    /// What the orderly way may take beyond its own limit.
    private static let graceSeconds = 2.0

    let seconds: Double
    let logger: Logger
    /// Called once, when the process is told to stop. Must not block.
    let onStop: @Sendable () -> Void

    func run() async throws {
        // Cancelled means that another part has failed: that is no clean stop.
        let isClean = (try? await gracefulShutdown()) != nil
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds + Self.graceSeconds) {
            logger.warning("stopping took too long; leaving now, nothing is lost")
            exit(isClean ? 0 : 1)
        }
        onStop()
    }
}
