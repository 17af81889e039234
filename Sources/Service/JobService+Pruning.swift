internal import Logging
internal import Records

extension JobService {
    /// Rounds of a minute each.
    static let roundsBetweenPruning = 60

    /// Sums up and removes records that would only grow; `Docs/Operations.md` says which and when.
    func prune() async throws(RecordsError) {
        let pruned = try await store.prune(configuration.retention, at: clock.now())
        guard !pruned.isEmpty else { return }
        logger.info(
            "old records were summed up or removed",
            metadata: [
                "settlements": "\(pruned.settlements)", "decisions": "\(pruned.decisions)", "keys": "\(pruned.keys)",
                "made": "\(pruned.made)", "guests": "\(pruned.guests)",
            ]
        )
    }
}
