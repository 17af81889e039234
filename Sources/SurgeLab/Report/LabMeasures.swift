internal import Charts

/// What a run comes to, in shares, so that policies can be compared.
struct LabMeasures: Sendable {
    let report: LabReport
    let run: PolicyRun

    /// Requests that ended with a picture for somebody who still waited.
    var deliveredShare: Double? { Self.share(Double(run.totals.delivered), of: Double(run.totals.asked)) }
    /// Requests whose last answer was no.
    var refusedShare: Double? { Self.share(Double(run.totals.unserved["refused"] ?? 0), of: Double(run.totals.asked)) }
    var wasteShare: Double? { Self.share(run.totals.wastedDeviceSeconds, of: run.totals.deviceSeconds) }
    var servedPeopleShare: Double? { Self.share(Double(run.totals.peopleServed), of: Double(run.totals.peopleAsking)) }
    var deviceHours: Double { run.pools.map(\.deviceHours).reduce(0, +) }

    /// Of the whole fleet, weighed by the hours that its devices were up.
    var busyShare: Double? {
        Self.share(run.pools.map { $0.busyShare * $0.deviceHours }.reduce(0, +), of: deviceHours)
    }

    /// The longest p99 among the plans that pay.
    var payingP99: Double? { longestP99 { report.pays($0) } }
    /// The longest p99 among those that do not.
    var freeP99: Double? { longestP99 { !report.pays($0) } }

    /// Delivered, of the most that anybody could have delivered.
    var ofBound: Double? {
        guard let bound = report.bound, let most = Self.share(bound.delivered, of: Double(bound.asked)) else {
            return nil
        }
        return deliveredShare.flatMap { Self.share($0, of: most) }
    }

    /// Quality over all pictures, of the most that anybody could have given.
    var qualityOfBound: Double? {
        guard let bound = report.bound, let most = Self.share(bound.qualitySum, of: Double(bound.asked)) else {
            return nil
        }
        return Self.share(run.totals.qualitySum, of: Double(run.totals.asked)).flatMap { Self.share($0, of: most) }
    }

    private func longestP99(_ includes: (String) -> Bool) -> Double? {
        run.plans.filter { includes($0.plan) }.compactMap(\.p99).max()
    }

    static func share(_ part: Double, of whole: Double) -> Double? { whole > 0 ? part / whole : nil }
}

extension LabReport {
    var measures: [LabMeasures] { runs.map { LabMeasures(report: self, run: $0) } }

    /// Whether a plan has a price. Where the report does not say, by the names that plans without one have.
    func pays(_ plan: String) -> Bool {
        payingPlans?.contains(plan) ?? !["free", "guest", "trial", "anonymous"].contains(plan.lowercased())
    }

    /// The most that anybody could have delivered who knew the day beforehand, of what was asked.
    var boundShare: Double? { bound.flatMap { LabMeasures.share($0.delivered, of: Double($0.asked)) } }

    /// The part of the whole that was simulated, as `1 in 100`; nil when it was all.
    var scaleText: String? { scale > 0 && scale < 1 - 1e-9 ? "1 in \(NumberText.rate(1 / scale))" : nil }

    var clock: DayClock { DayClock(startsAt: startsAt, durationSeconds: durationSeconds) }

    /// `queueFull` as people would write it.
    static func words(_ key: String) -> String {
        var text = ""
        for character in key {
            if character.isUppercase, let last = text.last, last.isLowercase {
                text += " \(character.lowercased())"
            } else {
                text.append(character == "_" ? " " : character)
            }
        }
        return text
    }

    /// Counts by name, the largest first.
    static func sorted(_ counts: [String: Int]) -> [(name: String, count: Int)] {
        counts.filter { $0.value > 0 }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { (words($0.key), $0.value) }
    }
}
