internal import Dispatch
internal import Glibc
internal import Logging
internal import ServiceLifecycle

/// Makes sure that the process ends, whatever hangs: a connection that nobody closes, a disk that does not answer.
///
/// Everything that was accepted is in the records by then, so leaving is safe at any moment.
struct ShutdownBound: Service {
    /// What the orderly way may take beyond its own limit.
    private static let graceSeconds = 2.0

    let seconds: Double
    let logger: Logger

    func run() async throws {
        await withGracefulShutdownHandler {
            try? await gracefulShutdown()
        } onGracefulShutdown: {
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds + Self.graceSeconds) {
                logger.warning("stopping took too long; leaving now, nothing is lost")
                exit(0)
            }
        }
    }
}
