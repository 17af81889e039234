internal import Dispatch
internal import GRDB
internal import Synchronization

/// Many changes, one commit: what arrives while a commit runs goes into the next one together.
///
/// A commit waits for the disk; with one change each, the disk's pace is the service's pace. A change that fails takes
/// nothing else with it. A change is told of its success after the commit, never before.
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
    private let place: DatabasePlace
    private let checkpointer: WALCheckpointer
    private let queue = DispatchQueue(label: "heatsink.records.commit", qos: .userInitiated)
    private let state = Mutex(State())

    init(writer: any DatabaseWriter, place: DatabasePlace, checkpointer: WALCheckpointer) {
        self.writer = writer
        self.place = place
        self.checkpointer = checkpointer
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

    /// All of them in one transaction; and if one of them fails, each in a transaction of its own.
    ///
    /// Changes hardly ever fail, and a savepoint for each would cost as much as the change itself.
    private func commitTogether(_ group: [Change]) {
        do {
            try place.check()
            let notifications = try writer.write { database in try group.map { try $0.apply(database) } }
            // What was moved away in the meantime has the change, and the next start will not find it.
            try place.check()
            for notify in notifications { notify() }
            checkpointer.committed()
        } catch let error as RecordsError where error.mayPass {
            Self.fail(group, error)
        } catch let error as DatabaseError where error.isOfTransaction || group.count == 1 {
            Self.fail(group, error)
        } catch {
            guard group.count > 1 else { return Self.fail(group, error) }
            for change in group { commitTogether([change]) }
        }
    }

    private static func fail(_ group: [Change], _ error: any Error) {
        let reason = RecordsError(error)
        for change in group { change.fail(reason) }
    }
}
