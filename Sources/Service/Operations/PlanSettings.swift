public import SurgeCore

/// Plans in words: the settings under `plans.NAME.`, for the configuration file and for changes while the server runs.
public enum PlanSettings {
    /// A setting of a plan, by the name that people write.
    public enum Field: String, CaseIterable, Hashable, Sendable {
        case rank
        case weight
        case dailyAllowance = "daily-allowance"
        case picturesPerSecond = "pictures-per-second"
        case burst
        case mostActiveJobs = "most-active-jobs"
        case patienceSeconds = "patience-seconds"
        case targetDelaySeconds = "target-delay-seconds"
        case horizonSeconds = "horizon-seconds"
        case floorQuality = "floor-quality"
        case ceilingQuality = "ceiling-quality"
        case priceMillicredits = "price-millicredits"

        /// Ranks decide who takes whose slot: they hold as long as the server runs.
        public var canChangeWhileRunning: Bool { self != .rank }
    }

    /// What takes a limit away.
    static let unlimited = "none"

    /// A plan's setting, as it would be written.
    public static func text(_ field: Field, of plan: Plan) -> String {
        switch field {
        case .rank: "\(plan.rank)"
        case .weight: "\(plan.weight)"
        case .dailyAllowance: plan.dailyAllowance.map { "\($0)" } ?? unlimited
        case .picturesPerSecond: plan.picturesPerSecond.map { "\($0)" } ?? unlimited
        case .burst: "\(plan.burst)"
        case .mostActiveJobs: "\(plan.mostActiveJobs)"
        case .patienceSeconds: "\(plan.patienceSeconds)"
        case .targetDelaySeconds: "\(plan.targetDelaySeconds)"
        case .horizonSeconds: "\(plan.horizonSeconds)"
        case .floorQuality: "\(plan.floorQuality)"
        case .ceilingQuality: "\(plan.ceilingQuality)"
        case .priceMillicredits: "\(plan.priceMillicredits)"
        }
    }

    /// Changes one setting of a plan. - Returns: what is wrong with the text; nil when nothing is.
    public static func set(_ field: Field, to text: String, of plan: inout Plan) -> String? {
        switch field {
        case .rank: return integer(text, -100...100) { plan.rank = $0 }
        case .weight: return number(text, 0.001...1e6) { plan.weight = $0 }
        case .dailyAllowance:
            if text == unlimited {
                plan.dailyAllowance = nil
                return nil
            }
            return integer(text, 0...1_000_000_000, orNone: true) { plan.dailyAllowance = $0 }
        case .picturesPerSecond:
            if text == unlimited {
                plan.picturesPerSecond = nil
                return nil
            }
            return number(text, 0.0001...1e6, orNone: true) { plan.picturesPerSecond = $0 }
        case .burst: return integer(text, 1...1_000_000) { plan.burst = $0 }
        case .mostActiveJobs: return integer(text, 1...1_000_000_000) { plan.mostActiveJobs = $0 }
        case .patienceSeconds: return number(text, 0.001...1e7) { plan.patienceSeconds = $0 }
        case .targetDelaySeconds: return number(text, 0.001...1e7) { plan.targetDelaySeconds = $0 }
        case .horizonSeconds: return number(text, 0.001...1e7) { plan.horizonSeconds = $0 }
        case .floorQuality: return number(text, 0...1) { plan.floorQuality = $0 }
        case .ceilingQuality: return number(text, 0...1) { plan.ceilingQuality = $0 }
        case .priceMillicredits: return integer(text, 0...1_000_000) { plan.priceMillicredits = $0 }
        }
    }

    /// A plan with changes applied. - Returns: nil when one of them makes no sense; then the plan stays as it is.
    static func plan(_ plan: Plan, changedBy settings: [String: String]) -> Plan? {
        var changed = plan
        for (name, text) in settings.sorted(by: { $0.key < $1.key }) {
            guard let field = Field(rawValue: name), field.canChangeWhileRunning,
                set(field, to: text, of: &changed) == nil
            else { return nil }
        }
        return changed.problem == nil ? changed : nil
    }

    private static func integer(
        _ text: String,
        _ range: ClosedRange<Int>,
        orNone: Bool = false,
        _ take: (Int) -> Void
    ) -> String? {
        guard let number = Int(text), range.contains(number) else {
            let none = orNone ? ", or '\(unlimited)'" : ""
            return "'\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)\(none)"
        }
        take(number)
        return nil
    }

    private static func number(
        _ text: String,
        _ range: ClosedRange<Double>,
        orNone: Bool = false,
        _ take: (Double) -> Void
    ) -> String? {
        guard let number = Double(text), range.contains(number) else {
            let none = orNone ? ", or '\(unlimited)'" : ""
            return "'\(text)' is not a number from \(range.lowerBound) to \(range.upperBound)\(none)"
        }
        take(number)
        return nil
    }
}
