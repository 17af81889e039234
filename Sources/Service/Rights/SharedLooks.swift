internal import Records
internal import Synchronization

/// Looks at each upload once, however many tasks of its job ask at the same time: the first looks, the others wait for what
/// it finds.
final class SharedLooks: Sendable {
    typealias Outcome = Result<Void, PaintError>

    /// Who waits, by the upload that is being looked at.
    private let waiting = Mutex<[String: [CheckedContinuation<Outcome?, Never>]]>([:])

    /// How many wait for somebody else's look.
    var waitingCount: Int { waiting.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// - Returns: what `look` says, or what somebody else's look at the same upload said that was under way.
    func outcome(of digest: String, look: () async -> Outcome) async -> Outcome {
        let isFirst = waiting.withLock { waiting in
            guard waiting[digest] == nil else { return false }
            waiting[digest] = []
            return true
        }
        if !isFirst, let outcome = await join(digest) { return outcome }
        let outcome = await look()
        guard isFirst else { return outcome }
        let others = waiting.withLock { $0.removeValue(forKey: digest) } ?? []
        for other in others { other.resume(returning: outcome) }
        return outcome
    }

    /// - Returns: nil when the look had just ended.
    private func join(_ digest: String) async -> Outcome? {
        await withCheckedContinuation { continuation in
            let isWaiting = waiting.withLock { waiting in
                waiting[digest]?.append(continuation)
                return waiting[digest] != nil
            }
            if !isWaiting { continuation.resume(returning: nil) }
        }
    }
}
