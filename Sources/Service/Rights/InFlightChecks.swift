internal import Records
internal import Synchronization

/// Checks each upload once, however many tasks of its job ask at the same time: the first checks, the others wait for what
/// it finds.
final class InFlightChecks: Sendable {
    typealias Outcome = Result<Void, PaintError>

    /// Who waits, by the check that is under way.
    private let waiting = Mutex<[UploadCheck: [CheckedContinuation<Outcome?, Never>]]>([:])

    /// How many wait for another's check.
    var waitingCount: Int { waiting.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// - Returns: what `check` says, or what somebody else said who was checking the same already.
    func outcome(of upload: UploadCheck, check: () async -> Outcome) async -> Outcome {
        let isFirst = waiting.withLock { waiting in
            guard waiting[upload] == nil else { return false }
            waiting[upload] = []
            return true
        }
        if !isFirst, let outcome = await join(upload) { return outcome }
        let outcome = await check()
        guard isFirst else { return outcome }
        let others = waiting.withLock { $0.removeValue(forKey: upload) } ?? []
        for other in others { other.resume(returning: outcome) }
        return outcome
    }

    /// - Returns: nil when the check had just ended.
    private func join(_ upload: UploadCheck) async -> Outcome? {
        await withCheckedContinuation { continuation in
            let isWaiting = waiting.withLock { waiting in
                waiting[upload]?.append(continuation)
                return waiting[upload] != nil
            }
            if !isWaiting { continuation.resume(returning: nil) }
        }
    }
}
