internal import Charts

/// The exact figures, for page and terminal.
enum LabTables {
    static func policies(_ report: LabReport, title: String = "") -> ReportTable {
        let paying = report.plans.contains { report.pays($0) }
        let hasBound = report.boundShare != nil
        let header = [
            "policy", "delivered", paying ? "p99, paying" : "p99", "refused", "quality", "waste", "$ per 1,000",
        ]
        return ReportTable(
            title: title,
            header: header + (hasBound ? ["of the bound"] : []),
            rows: report.measures.map { each in
                let figures = [
                    each.run.policy, NumberText.percent(each.deliveredShare),
                    NumberText.duration(paying ? each.payingP99 : each.freeP99), NumberText.percent(each.refusedShare),
                    NumberText.decimal(each.run.totals.meanQuality, 3), NumberText.percent(each.wasteShare),
                    NumberText.money(each.run.totals.dollarsPerThousandPictures),
                ]
                return figures + (hasBound ? [NumberText.percent(each.ofBound)] : [])
            }
        )
    }

    static func plans(_ figures: [PolicyRun.PlanFigures], title: String, first: String) -> ReportTable {
        ReportTable(
            title: title,
            header: [first, "asked", "delivered", "served", "ended with a no"],
            rows: figures.map {
                [
                    $0.name, NumberText.count($0.asked), NumberText.count($0.delivered),
                    NumberText.percent($0.servedShare),
                    NumberText.percent($0.refusedShare),
                ]
            }
        )
    }

    static func waits(_ figures: [PolicyRun.PlanFigures], first: String) -> ReportTable {
        ReportTable(
            title: "Over the whole day",
            header: [first, "delivered", "p50", "p90", "p99", "longest", "told intervals that held"],
            rows: figures.map {
                [
                    $0.name, NumberText.count($0.delivered), NumberText.duration($0.p50), NumberText.duration($0.p90),
                    NumberText.duration($0.p99), NumberText.duration($0.longest), NumberText.percent($0.estimatesHeld),
                ]
            }
        )
    }

    /// Mean quality and the share of every rung, by plan; rungs that nobody got are left out.
    static func quality(_ report: LabReport, _ figures: [PolicyRun.PlanFigures]) -> ReportTable {
        let counts = figures.reduce(into: [String: Int]()) { $0.merge($1.rungs) { $0 + $1 } }
        let order = report.models.flatMap { model in model.rungs.map { "\(model.name) \($0.name)" } }
        func place(_ rung: String) -> Int { order.firstIndex(of: rung) ?? order.count }
        let rungs = counts.filter { $0.value > 0 }.keys.sorted { (place($0), $0) < (place($1), $1) }
        return ReportTable(
            title: "Pictures by rung",
            header: ["rung"] + figures.map(\.name),
            rows: [["mean quality"] + figures.map { NumberText.decimal($0.meanQuality, 3) }]
                + rungs.map { rung in
                    [rung]
                        + figures.map { plan in
                            let all = plan.rungs.values.reduce(0, +)
                            return NumberText.percent(LabMeasures.share(Double(plan.rungs[rung] ?? 0), of: Double(all)))
                        }
                }
        )
    }

    static func pools(_ report: LabReport, _ run: PolicyRun, title: String = "") -> ReportTable {
        ReportTable(
            title: title,
            header: ["pool", "device", "devices", "most up", "busy", "hottest", "slowed by heat", "failures"],
            rows: run.pools.map { pool in
                let given = report.fleet.first { $0.name == pool.name }
                return [
                    pool.name, given?.device ?? NumberText.none,
                    given.map { NumberText.count($0.count) } ?? NumberText.none,
                    NumberText.count(pool.mostDevices), NumberText.percent(pool.busyShare),
                    pool.hottestCelsius > 0 ? "\(NumberText.decimal(pool.hottestCelsius, 0)) °C" : NumberText.none,
                    NumberText.percent(pool.throttledShare), NumberText.count(pool.failures),
                ]
            }
        )
    }

    static func money(_ report: LabReport) -> ReportTable {
        ReportTable(
            title: "",
            header: ["policy", "dollars", "device-hours", "pictures", "$ per 1,000 pictures", "device-hours wasted"],
            rows: report.measures.map { each in
                let totals = each.run.totals
                return [
                    each.run.policy, NumberText.money(totals.dollars), NumberText.rate(each.deviceHours),
                    NumberText.count(totals.pictures), NumberText.money(totals.dollarsPerThousandPictures),
                    NumberText.rate(totals.wastedDeviceSeconds / 3_600),
                ]
            }
        )
    }

    static func poolMoney(_ report: LabReport, _ run: PolicyRun) -> ReportTable {
        ReportTable(
            title: "",
            header: ["pool", "device-hours", "$ an hour", "dollars"],
            rows: run.pools.map { pool in
                let price = report.fleet.first { $0.name == pool.name }?.dollarsPerHour
                return [
                    pool.name, NumberText.rate(pool.deviceHours), NumberText.money(price),
                    NumberText.money(price.map { $0 * pool.deviceHours }),
                ]
            }
        )
    }
}
