internal import Records
internal import Synchronization

/// Looks at each upload once, however many tasks of its job ask at the same time: the first looks, the others wait for what
/// it finds.
final class SharedLooks: Sendable {
    typealias Outcome = Result<Void, PaintError>

    /// Who waits, by the look that is under way.
    private let waiting = Mutex<[UploadLook: [CheckedContinuation<Outcome?, Never>]]>([:])

    /// How many wait for somebody else's look.
    var waitingCount: Int { waiting.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// - Returns: what `look` says, or what somebody else said who was looking at the same already.
    func outcome(of upload: UploadLook, look: () async -> Outcome) async -> Outcome {
        let isFirst = waiting.withLock { waiting in
            guard waiting[upload] == nil else { return false }
            waiting[upload] = []
            return true
        }
        if !isFirst, let outcome = await join(upload) { return outcome }
        let outcome = await look()
        guard isFirst else { return outcome }
        let others = waiting.withLock { $0.removeValue(forKey: upload) } ?? []
        for other in others { other.resume(returning: outcome) }
        return outcome
    }

    /// - Returns: nil when the look had just ended.
    private func join(_ upload: UploadLook) async -> Outcome? {
        await withCheckedContinuation { continuation in
            let isWaiting = waiting.withLock { waiting in
                waiting[upload]?.append(continuation)
                return waiting[upload] != nil
            }
            if !isWaiting { continuation.resume(returning: nil) }
        }
    }
}
