extension RightsStore {
    /// Reads the ledger from its beginning, some entries at a time.
    ///
    /// - Parameter body: returns whether it wants more.
    public func forEachLedgerEntry(_ body: ([LedgerRecord]) async throws -> Bool) async throws {
        var after: Int64 = 0
        while true {
            let entries = try await ledger(after: after, limit: 500)
            guard let last = entries.last, try await body(entries) else { return }
            after = last.sequence
        }
    }
}

extension LedgerCheck {
    /// Checks the whole ledger of a store.
    public static func run(over store: some RightsStore, noted: Head? = nil) async throws -> LedgerCheck {
        var check = LedgerCheck(noted: noted)
        try await store.forEachLedgerEntry { entries in
            for entry in entries { check.add(entry) }
            return check.fault == nil
        }
        check.finish()
        return check
    }
}
