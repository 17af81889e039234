extension LoadReportBuilder {
    /// What the network may add to an interval on each side, in seconds.
    private static let networkSeconds = 0.05

    var fairness: LoadReport.Fairness {
        let shares = userShares
        let groups = scenario.users.map { group in
            let own = shares.filter { $0.group == group.name }
            return LoadReport.GroupFairness(
                group: group.name,
                isLight: scenario.isLight(group),
                users: own.count,
                jain: JainIndex.of(own.map(\.servedShare))
            )
        }
        let light = Set(groups.filter(\.isLight).map(\.group))
        let lightShares = shares.filter { light.contains($0.group) }.map(\.servedShare)
        return LoadReport.Fairness(
            groups: groups,
            lightJain: JainIndex.of(lightShares),
            lightUsers: lightShares.count,
            users: shares
        )
    }

    private var userShares: [LoadReport.UserShare] {
        var numbers: [Int] = []
        for group in scenario.users { numbers += Array(1...max(1, group.count)) }
        return Dictionary(grouping: windowRecords) { $0.planned.user }
            .sorted { $0.key < $1.key }
            .map { user, records in
                let delivered = records.count { $0.isDelivered }
                return LoadReport.UserShare(
                    group: users[user].group,
                    number: numbers[user],
                    planned: records.count,
                    delivered: delivered,
                    servedShare: Double(delivered) / Double(records.count)
                )
            }
    }

    var quality: LoadReport.Quality {
        let delivered = records.filter(\.isDelivered)
        func counts(_ records: [RequestRecord], _ value: (JobTold) -> String?) -> [String: Int] {
            records.compactMap { $0.attempts.last.flatMap { value($0.told) } }
                .reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        return LoadReport.Quality(
            rungs: rungs(delivered),
            byPlan: plans.map { plan in
                let all = delivered.filter { self.plan(of: $0) == plan }
                let own = all.compactMap { $0.attempts.last?.told.rungQuality }
                return LoadReport.PlanQuality(
                    plan: plan,
                    delivered: own.count,
                    meanRungQuality: own.isEmpty ? nil : own.reduce(0, +) / Double(own.count),
                    rungs: counts(all) { $0.rung }
                )
            },
            requested: counts(delivered) { $0.requestedQuality },
            verdicts: counts(records) { $0.verdict }
        )
    }

    private func rungs(_ delivered: [RequestRecord]) -> [LoadReport.RungShare] {
        let told = delivered.compactMap { $0.attempts.last?.told }.filter { $0.rung != nil }
        return Dictionary(grouping: told) { $0.rung ?? "" }
            .map { rung, all in
                LoadReport.RungShare(
                    rung: rung,
                    quality: all.lazy.compactMap(\.rungQuality).first,
                    delivered: all.count,
                    share: Double(all.count) / Double(told.count)
                )
            }
            .sorted { ($1.quality ?? -1, $0.rung) < ($0.quality ?? -1, $1.rung) }
    }

    var estimateCoverage: [LoadReport.EstimateCoverage] {
        let told = records.filter { $0.isDelivered && $0.attempts.last?.told.eta != nil }
        let byPlan = plans.map { plan in Self.coverage(told.filter { self.plan(of: $0) == plan }, plan: plan) }
        return byPlan + [Self.coverage(told, plan: nil)]
    }

    private static func coverage(_ records: [RequestRecord], plan: String?) -> LoadReport.EstimateCoverage {
        var covered = 0
        var widths: [Double] = []
        for attempt in records.compactMap(\.attempts.last) {
            guard let eta = attempt.told.eta, let ended = attempt.ended else { continue }
            let range = eta.lowerBound - networkSeconds...eta.upperBound + networkSeconds
            if range.contains(ended - attempt.sent) { covered += 1 }
            let middle = (eta.lowerBound + eta.upperBound) / 2
            if middle > 0 { widths.append((eta.upperBound - eta.lowerBound) / middle) }
        }
        return LoadReport.EstimateCoverage(
            plan: plan,
            told: records.count,
            covered: covered,
            coverage: records.isEmpty ? nil : Double(covered) / Double(records.count),
            medianRelativeWidth: Percentiles(widths).value(0.5)
        )
    }
}
