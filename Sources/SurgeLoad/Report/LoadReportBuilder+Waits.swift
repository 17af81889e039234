extension LoadReportBuilder {
    var waits: [LoadReport.Waits] {
        let records = windowRecords
        return plans.flatMap { plan in
            let own = records.filter { self.plan(of: $0) == plan }
            let groups = scenario.users.filter { $0.plan == plan }.map { group in
                Self.waits(own.filter { self.group(of: $0) == group.name }, plan: plan, group: group.name)
            }
            return [Self.waits(own, plan: plan, group: nil)] + groups
        }
    }

    private static func waits(_ records: [RequestRecord], plan: String, group: String?) -> LoadReport.Waits {
        let waits = records.compactMap(\.wait)
        let percentiles = Percentiles(waits)
        return LoadReport.Waits(
            plan: plan,
            group: group,
            planned: records.count,
            delivered: waits.count,
            servedShare: records.isEmpty ? nil : Double(waits.count) / Double(records.count),
            refusedShare: records.isEmpty
                ? nil : Double(records.count { $0.wasTurnedAway }) / Double(records.count),
            p50: percentiles.value(0.5),
            p90: percentiles.value(0.9),
            p99: percentiles.value(0.99),
            maximum: percentiles.maximum
        )
    }

    var waitsOverTime: [LoadReport.WaitsAtTime] {
        plans.flatMap { plan in
            let own = records.filter { self.plan(of: $0) == plan && $0.isDelivered }
            let steps = Dictionary(grouping: own) { Int($0.planned.seconds / Self.waitsStep) }
            return steps.sorted { $0.key < $1.key }.compactMap { step, records -> LoadReport.WaitsAtTime? in
                let percentiles = Percentiles(records.compactMap(\.wait))
                guard let p50 = percentiles.value(0.5), let p99 = percentiles.value(0.99) else { return nil }
                return LoadReport.WaitsAtTime(
                    fromSeconds: Double(step) * Self.waitsStep,
                    plan: plan,
                    delivered: records.count,
                    p50: p50,
                    p99: p99
                )
            }
        }
    }

    var seconds: [LoadReport.Second] {
        let end = max(scenario.durationSeconds, records.compactMap(\.ended).max() ?? 0)
        var seconds = (0..<max(1, Int(end.rounded(.up)))).map {
            LoadReport.Second(second: $0, offered: 0, delivered: 0, refused: 0, waiting: 0, rungs: [:])
        }
        func change(_ time: Double, _ body: (inout LoadReport.Second) -> Void) {
            body(&seconds[min(seconds.count - 1, max(0, Int(time)))])
        }
        for planned in schedule.requests { change(planned.seconds) { $0.offered += 1 } }
        for record in records where record.planned.isAnother {
            change(record.planned.seconds) { $0.offered += 1 }
        }
        for record in records {
            if let first = record.attempts.first { change(first.sent) { $0.waiting += 1 } }
            guard let ended = record.ended else { continue }
            change(ended) { $0.waiting -= 1 }
            for attempt in record.attempts where attempt.ending?.isRefusal == true {
                change(attempt.ended ?? ended) { $0.refused += 1 }
            }
            guard record.isDelivered else { continue }
            change(ended) { second in
                second.delivered += 1
                if let rung = record.attempts.last?.told.rung { second.rungs[rung, default: 0] += 1 }
            }
        }
        // What was counted as coming and going becomes what is there.
        for index in seconds.indices.dropFirst() { seconds[index].waiting += seconds[index - 1].waiting }
        return seconds
    }
}
