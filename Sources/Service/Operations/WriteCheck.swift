internal import Records

/// Tries to write: a change in the records and a file beside them. A lock, a full disk and a read-only one show only then.
struct WriteCheck: Sendable {
    let store: any RecordStore
    let files: FileStore
    /// A thread of its own: a disk that hangs must hold up nothing else.
    private let blocking = BlockingWork(width: 1)

    init(store: any RecordStore, files: FileStore) {
        self.store = store
        self.files = files
    }

    /// What cannot be written, the records first; empty: nothing is wrong.
    func problems() async -> [Unavailability] {
        var problems: [Unavailability] = []
        do {
            try await store.check()
        } catch {
            let isMoved = if case .moved = error { true } else { false }
            problems.append(isMoved ? .recordsMoved : .recordsUnwritable)
        }
        let files = files
        do {
            try await blocking.run { () throws(RecordsError) in try files.checkWritable() }
        } catch {
            problems.append(.filesUnwritable)
        }
        return problems
    }
}
