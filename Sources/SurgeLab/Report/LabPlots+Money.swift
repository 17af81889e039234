internal import Charts

/// What the day cost.
extension LabPlots {
    var money: PageSection {
        let measures = report.measures
        guard measures.contains(where: { $0.run.totals.dollars > 0 || $0.deviceHours > 0 }) else {
            return PageSection(title: "", figures: [])
        }
        return PageSection(
            title: "Money",
            note: "Devices are paid for while they are up, busy or not.",
            figures: [
                PageFigure(title: "By policy", caption: wasted, tables: [LabTables.money(report)]),
                PageFigure(title: "By pool", tables: [LabTables.poolMoney(report, run)]),
            ]
        )
    }

    private var wasted: String {
        let ours = LabMeasures(report: report, run: run)
        guard let share = ours.wasteShare else { return "" }
        return """
            Under \(run.policy) \(NumberText.percent(share)) of the device time went into pictures that nobody received \
            (\(NumberText.duration(run.totals.wastedDeviceSeconds)) of \(NumberText.duration(run.totals.deviceSeconds))).
            """
    }
}
