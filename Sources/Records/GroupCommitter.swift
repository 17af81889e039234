internal import Dispatch
internal import GRDB
internal import Synchronization

/// Many changes, one commit: what arrives while a commit runs goes into the next one together.
///
/// A commit waits for the disk; with one change each, the disk's pace is the service's pace. Each change stands in a
/// savepoint of its own, so that one that fails takes nothing else with it. A change is told of its success after the
/// commit, never before.
final class GroupCommitter: Sendable {
    /// The most changes in one commit: bounds how long the first of them waits.
    private static let largestGroup = 256

    /// A change and whoever waits for it.
    private struct Change: Sendable {
        let apply: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (RecordsError) -> Void
    }

    private struct State: Sendable {
        var waiting: [Change] = []
        var isDraining = false
    }

    private let writer: any DatabaseWriter
    private let queue = DispatchQueue(label: "heatsink.records.commit", qos: .userInitiated)
    private let state = Mutex(State())

    init(writer: any DatabaseWriter) {
        self.writer = writer
    }

    /// Makes a change and returns when it is durable.
    func commit<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(RecordsError) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, RecordsError>, Never>) in
            enqueue(
                Change(
                    apply: { database in
                        let value = try body(database)
                        return { continuation.resume(returning: .success(value)) }
                    },
                    fail: { continuation.resume(returning: .failure($0)) }
                )
            )
        }
        return try result.get()
    }

    private func enqueue(_ change: Change) {
        let startsDraining = state.withLock { state in
            state.waiting.append(change)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if startsDraining { queue.async { self.drain() } }
    }

    private func drain() {
        while true {
            let group = state.withLock { state -> [Change] in
                let group = Array(state.waiting.prefix(Self.largestGroup))
                state.waiting.removeFirst(group.count)
                state.isDraining = !group.isEmpty
                return group
            }
            if group.isEmpty { return }
            commitTogether(group)
        }
    }

    private func commitTogether(_ group: [Change]) {
        do {
            let tell = try writer.write { database in try group.map { try Self.apply($0, to: database) } }
            for tell in tell { tell() }
        } catch {
            let reason = RecordsError(error)
            for change in group { change.fail(reason) }
        }
    }

    /// Applies one change in a savepoint. - Returns: what to say once the commit is done.
    private static func apply(_ change: Change, to database: Database) throws -> @Sendable () -> Void {
        do {
            var tell: (@Sendable () -> Void)?
            try database.inSavepoint {
                tell = try change.apply(database)
                return .commit
            }
            return tell ?? { change.fail(.database(reason: "the change was not applied")) }
        } catch let error as DatabaseError where error.isFatal {
            throw error
        } catch {
            let reason = RecordsError(error)
            return { change.fail(reason) }
        }
    }
}

extension DatabaseError {
    /// Whether the whole transaction is lost, not only one statement.
    fileprivate var isFatal: Bool {
        [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_CORRUPT, .SQLITE_READONLY].contains(resultCode)
    }
}

extension RecordsError {
    init(_ error: any Error) {
        self = (error as? RecordsError) ?? .database(reason: "\(error)")
    }
}
