internal import SurgeCore

/// Bugs that were thought of, put between a scheduler and its checker.
enum Fault: Equatable, Sendable {
    case forgetsEnds
    case endsTwice
    case losesWakes
    case handsOutTwice
    case lowersQuality
    case missesDetaching
    case leaksAllowance
    case flattersEstimates
    case misnamesRefusals
    case ignoresHolds
    case ignoresPostponing

    /// Whether an effect arrives. - Parameter count: how many of its kind there were.
    func lets(_ effect: Effect, _ count: inout Int) -> Bool {
        switch (self, effect) {
        case (.forgetsEnds, .ended):
            count += 1
            return count != 3
        case (.losesWakes, .wake):
            count += 1
            return count < 12 || count % 2 == 0
        default: return true
        }
    }

    /// One rung lower than the scheduler said.
    static func lowered(_ assignment: Assignment) -> Assignment {
        var lowered = assignment
        lowered.rung = 0
        return lowered
    }

    /// Who is refused is told a time of its own, as if it were another reason's.
    static func renamed(_ verdict: Verdict) -> Verdict {
        guard case .refused(let refusal) = verdict else { return verdict }
        return .refused(Refusal(refusal.reason == .tooManyActive ? .rateLimited : .tooManyActive, afterSeconds: 1))
    }

    /// A client is told of a quarter of the time.
    static func flattered(_ verdict: Verdict) -> Verdict {
        func flattered(_ outlook: Outlook) -> Outlook {
            var told = outlook
            let estimate = outlook.estimate
            told.estimate = Estimate(lowSeconds: estimate.lowSeconds / 4, highSeconds: estimate.highSeconds / 4)
            return told
        }
        return switch verdict {
        case .run(let job, let outlook): .run(job, flattered(outlook))
        case .queued(let job, let outlook): .queued(job, flattered(outlook))
        case .deferred(let job, let outlook): .deferred(job, flattered(outlook))
        case .joined, .refused: verdict
        }
    }
}
