internal import Scenarios

extension LoadGroup {
    /// The request that somebody of this group makes who liked a picture.
    ///
    /// - Parameters:
    ///   - record: the request that has ended.
    ///   - seed: the run's; the same seed gives the same choices.
    ///   - durationSeconds: when the run is over; nobody asks again after that.
    /// - Returns: nil: who got none, or has had enough.
    func another(after record: RequestRecord, seed: UInt64, durationSeconds: Double) -> LoadSchedule.Planned? {
        guard let againChance, record.isDelivered, let ended = record.ended else { return nil }
        var random = RandomStream(seed: seed, stream: UInt64(record.planned.index) &+ 0x2_0000_0000)
        let seconds = ended + (againSeconds ?? 0)
        guard random.unit() < againChance, seconds < durationSeconds else { return nil }
        return LoadSchedule.Planned(
            // Beyond every number of the schedule, and of earlier rounds.
            index: record.planned.index + LoadLimits.requests + 1,
            seconds: seconds,
            user: record.planned.user,
            isAnother: true
        )
    }
}
