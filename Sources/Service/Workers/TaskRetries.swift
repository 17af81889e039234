internal import SurgeCore

/// What a failure says of another try.
enum Fault: Hashable, Sendable {
    /// The same would fail again anywhere.
    case lasting
    /// An upload could not be decoded that should be sound. Where its bytes are at fault, that is soon known.
    case doubtful
    /// It may pass.
    case passing
    /// The disk, the records or the system is at fault, which is no picture's doing: it passes when somebody mends it.
    case environment
}

/// When a job whose picture could not be painted is tried again: a plain value. Events go in with the moment they happen
/// at, on the clock that counts the seconds that pass.
///
/// A fault that passes within ``leastSeconds`` fails nobody, and one of the machine itself fails nobody before its
/// deadline, while a picture that fails for a reason of its own costs a handful of tries and not hundreds.
struct TaskRetries: Sendable {
    /// Seconds between the tries of what may pass. Their sum is a little more than ``leastSeconds``.
    static let pauses = [0.5, 2, 6, 18, 36.0]
    /// A fault is survived for at least so long, within the job's deadline.
    static let leastSeconds = 60.0
    /// Seconds between the tries of what the machine itself is at fault for; the last one repeats.
    static let environmentPauses = [0.5, 1, 2, 4, 8, 15.0]
    static let doubtfulPauses = [0.5, 4.0]

    enum Decision: Hashable, Sendable {
        case again(at: Instant)
        case giveUp
    }

    private struct History: Sendable {
        /// By kind: a disk that fails for a while must not use up the tries of an upload that is looked at after it.
        var failures: [Fault: Int] = [:]
        var next: Instant
    }

    private var histories: [JobHandle: History] = [:]

    /// A picture of a job could not be painted.
    mutating func failed(_ job: JobHandle, _ fault: Fault, at now: Instant) -> Decision {
        guard fault != .lasting else { return .giveUp }
        // Pictures of one job that fail together count as one failure.
        if let known = histories[job], now < known.next { return .again(at: known.next) }
        var history = histories[job] ?? History(next: now)
        let failures = history.failures[fault] ?? 0
        let pauses = Self.pauses(fault)
        guard failures < pauses.count || fault == .environment else { return .giveUp }
        history.failures[fault] = failures + 1
        history.next = now.advanced(bySeconds: pauses[min(failures, pauses.count - 1)])
        histories[job] = history
        return .again(at: history.next)
    }

    /// A picture of a job was painted: what was wrong has passed.
    mutating func succeeded(_ job: JobHandle) { histories[job] = nil }

    /// A job has ended.
    mutating func forget(_ job: JobHandle) { histories[job] = nil }

    private static func pauses(_ fault: Fault) -> [Double] {
        switch fault {
        case .lasting: []
        case .doubtful: doubtfulPauses
        case .passing: pauses
        case .environment: environmentPauses
        }
    }
}
