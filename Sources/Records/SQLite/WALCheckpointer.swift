internal import Dispatch
internal import GRDB
internal import Synchronization

/// Copies SQLite's write-ahead log back into the database beside the commits, on a connection of its own.
///
/// A passive checkpoint holds up neither readers nor the writer (https://www.sqlite.org/wal.html, section 2.2). Done by
/// the commit that happens to fill the log, the same work would make everybody wait who has a change in that commit.
final class WALCheckpointer: Sendable {
    /// Commits between two checkpoints.
    private static let interval = 64

    private let path: String
    private let queue = DispatchQueue(label: "heatsink.records.checkpoint", qos: .utility)
    private let state = Mutex((commits: 0, isRunning: false))
    private let connection = Mutex<DatabaseQueue?>(nil)

    init(path: String) {
        self.path = path
    }

    /// To be called after each commit.
    func committed() {
        let starts = state.withLock { state in
            state.commits += 1
            guard state.commits >= Self.interval, !state.isRunning else { return false }
            state = (0, true)
            return true
        }
        guard starts else { return }
        queue.async {
            self.checkpoint(.passive)
            self.state.withLock { $0.isRunning = false }
        }
    }

    /// Copies all of the log back and empties it: what was deleted is in no file after that. Where a reader is in the way for
    /// longer than the connection waits, it stays until the log is written over.
    func empty() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.checkpoint(.truncate)
                continuation.resume()
            }
        }
    }

    private func checkpoint(_ kind: Database.CheckpointMode) {
        connection.withLock { connection in
            // One that fails is made up for by the next, or by a commit.
            if connection == nil {
                var configuration = Configuration()
                configuration.busyMode = .timeout(1)
                connection = try? DatabaseQueue(path: path, configuration: configuration)
            }
            _ = try? connection?.writeWithoutTransaction { try $0.checkpoint(kind) }
        }
    }
}
