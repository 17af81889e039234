internal import Scenarios

/// A clause of a promise on a fleet: what came of it.
package struct PromiseCheck: Codable, Hashable, Sendable {
    /// The clause, as it was written.
    package var clause: String
    /// In the clause's unit: seconds, or a share; nil: never, or nobody asked.
    package var value: Double?
    package var isKept: Bool
    /// Whether the value is one of time.
    package var isWait: Bool
}

extension ServicePromise {
    func checks(_ metrics: CellMetrics, _ laboratory: Laboratory) -> [PromiseCheck] {
        clauses.map { clause in
            let groups = laboratory.day.people.indices.filter { index in
                clause.plan.map { $0 == laboratory.day.people[index].plan } ?? true
            }
            var sum = metrics.groups[groups[0]]
            for group in groups.dropFirst() { sum.merge(metrics.groups[group]) }
            return Self.check(clause, sum)
        }
    }

    private static func check(_ clause: Clause, _ sum: CellMetrics.Group) -> PromiseCheck {
        func made(_ value: Double?, _ isKept: Bool, isWait: Bool = false) -> PromiseCheck {
            PromiseCheck(clause: clause.text, value: value, isKept: isKept, isWait: isWait)
        }
        guard sum.asked > 0 else { return made(nil, true) }
        let asked = Double(sum.asked)
        switch clause.figure {
        case .wait(let share, let limit):
            let needed = share * asked / Double(max(1, sum.delivered))
            guard needed <= 1, let wait = sum.waits.quantile(needed) else { return made(nil, false, isWait: true) }
            return made(wait, wait < limit, isWait: true)
        case .refused(let limit):
            let share = Double(sum.unserved[CellMetrics.Unserved.refused.rawValue]) / asked
            return made(share, limit == 0 ? share == 0 : share < limit)
        case .served(let limit):
            let share = Double(sum.delivered) / asked
            return made(share, share > limit)
        case .quality(let limit):
            guard sum.pictures > 0 else { return made(nil, false) }
            let quality = Double(sum.qualityMillionths) / 1_000_000 / Double(sum.pictures)
            return made(quality, quality > limit)
        }
    }
}
