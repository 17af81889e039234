internal import Glibc
internal import Synchronization

/// Who is about to need a file. Two requests may carry the same content: what the one is refused with, the other may be
/// accepted with.
final class AdoptionLedger: Sendable {
    private struct Entry {
        /// Adoptions whose outcome is not known yet.
        var open = 0
        /// The file was not there before them, and none of those that ended needs it.
        var isNew: Bool
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Removals that are being decided.
        var removals = 0
        /// What was adopted meanwhile.
        var adopted: Set<String> = []
    }

    private let state = Mutex(State())

    /// Runs `body`, which gives a file its name, while nothing is removed.
    ///
    /// - Parameter body: says whether the file was there already.
    func adopt(_ digest: String, _ body: () throws(RecordsError) -> Bool) throws(RecordsError) {
        let result = state.withLock { state in
            Result { () throws(RecordsError) in
                let wasThere = try body()
                state.entries[digest, default: Entry(isNew: !wasThere)].open += 1
                if state.removals > 0 { state.adopted.insert(digest) }
            }
        }
        try result.get()
    }

    /// Ends an adoption: the file is needed, for records name it.
    func settle(_ digest: String) {
        state.withLock { state in
            state.entries[digest]?.isNew = false
            _ = Self.end(digest, &state)
        }
    }

    /// Ends an adoption: the file is not needed. Runs `remove` when nobody else needs it, either.
    func giveUp(_ digest: String, _ remove: () -> Void) {
        state.withLock { state in
            if Self.end(digest, &state) { remove() }
        }
    }

    /// - Returns: whether nobody needs the file.
    private static func end(_ digest: String, _ state: inout State) -> Bool {
        guard var entry = state.entries[digest] else { return false }
        entry.open -= 1
        state.entries[digest] = entry.open > 0 ? entry : nil
        return entry.open == 0 && entry.isNew
    }

    func beginRemoval() { state.withLock { $0.removals += 1 } }

    /// - Parameter remove: called for those of `digests` that were not adopted since the removal began.
    func endRemoval(_ digests: [String], _ remove: (String) -> Void) {
        state.withLock { state in
            for digest in digests where !state.adopted.contains(digest) && state.entries[digest] == nil {
                remove(digest)
            }
            state.removals -= 1
            if state.removals == 0 { state.adopted = [] }
        }
    }
}

extension FileStore {
    /// Removes those of `digests` that are not needed, except what somebody begins to need while that is found out.
    ///
    /// - Parameter needed: asks the records.
    public func remove(
        _ digests: [String],
        unlessIn needed: @Sendable ([String]) async throws(RecordsError) -> Set<String>
    ) async throws(RecordsError) {
        try await remove({ digests }, unlessIn: needed)
    }

    /// Removes those of the files that `list` names that are not needed, except what somebody begins to need meanwhile.
    ///
    /// - Parameters:
    ///   - list: called when the removal has begun: what is adopted from then on stays.
    ///   - needed: asks the records.
    public func remove(
        _ list: @Sendable () async -> [String],
        unlessIn needed: @Sendable ([String]) async throws(RecordsError) -> Set<String>
    ) async throws(RecordsError) {
        adoptions.beginRemoval()
        let digests = await list()
        do {
            let needed = try await needed(digests)
            adoptions.endRemoval(digests.filter { !needed.contains($0) }) { unlink(path(of: $0)) }
        } catch {
            adoptions.endRemoval([]) { _ in }
            throw error
        }
    }
}
