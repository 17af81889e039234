internal import Logging
internal import Records
internal import SurgeCore

extension JobService {
    /// Rounds of a minute each.
    static let roundsBetweenPruning = 60

    /// Sums up and removes records that would only grow; `Docs/Operations.md` says which and when.
    ///
    /// - Parameter now: the earliest time of day that it may be.
    func prune(at now: Instant) async throws(RecordsError) {
        let pruned = try await store.prune(configuration.retention, at: now)
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
