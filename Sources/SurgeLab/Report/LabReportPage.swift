internal import Charts

/// A report of the laboratory as one HTML file: no script, nothing loaded from elsewhere, light and dark, fit for paper.
package enum LabReportPage {
    package static func html(of report: LabReport) -> String {
        let title = HTMLText.escaped(report.scenario)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>\(PageStyle.css)
            \(LabPageStyle.css)</style>
            </head>
            <body class="one">
            <header>
            <p class="kicker">Heatsink in the laboratory</p>
            <h1>\(title)</h1>
            <p class="summary">\(HTMLText.escaped(report.summary))</p>
            <p class="origin">\(HTMLText.escaped(origin(report)))</p>
            </header>
            \(headline(report))
            \(tiles(report))
            \(body(report))
            \(footer(report))
            </body>
            </html>

            """
    }

    private static func body(_ report: LabReport) -> String {
        guard let plots = LabPlots(report), plots.run.totals.asked > 0 else { return "" }
        return [
            plots.demand, plots.policies, plots.waits, plots.quality, plots.refusals, plots.fairness, plots.fleet,
            plots.money,
        ]
        .map(\.html).filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func origin(_ report: LabReport) -> String {
        let clock = report.clock
        let from = "\(NumberText.duration(report.durationSeconds)) from \(clock.date), \(clock.clock(at: 0)) UTC"
        let scale = report.scaleText.map { "; \($0) of the people and of the fleet" } ?? ""
        let policy = report.runs.first.map { "; policy: \($0.policy)" } ?? ""
        return clock.namesDays ? "\(from), which is day 1\(scale)\(policy)" : from + scale + policy
    }

    private static func headline(_ report: LabReport) -> String {
        let sentences = LabHeadline(report: report).sentences.map(HTMLText.escaped)
        let rest = sentences.dropFirst().joined(separator: " ")
        return """
            <div class="headline"><p class="lead">\(sentences.first ?? "")</p>\(rest.isEmpty ? "" : "<p>\(rest)</p>")</div>
            """
    }

    private static func tiles(_ report: LabReport) -> String {
        guard let ours = report.measures.first, ours.run.totals.asked > 0 else { return "" }
        let totals = ours.run.totals
        let paying = report.plans.contains { report.pays($0) }
        let wait = paying ? ours.payingP99 : ours.freeP99
        let tiles: [(String?, String)] = [
            (ours.deliveredShare.map(NumberText.percent), "delivered to people who still waited"),
            (wait.map(NumberText.duration), paying ? "p99 wait of those who pay" : "p99 wait"),
            (ours.refusedShare.map(NumberText.percent), "ended with a no"),
            (totals.meanQuality.map { NumberText.decimal($0, 2) }, "mean quality, of 1"),
            (ours.busyShare.map(NumberText.percent), "of device time in use"),
            (ours.wasteShare.map(NumberText.percent), "of its work wasted"),
            (totals.dollarsPerThousandPictures.map(NumberText.money), "for a thousand pictures"),
            (ours.ofBound.map(NumberText.percent), "of the most that anybody could deliver"),
        ]
        let items = tiles.compactMap { value, name in value.map { "<div><b>\($0)</b><span>\(name)</span></div>" } }
        return "<div class=\"tiles\">\(items.joined())</div>"
    }

    private static func footer(_ report: LabReport) -> String {
        let scale = report.scaleText.map {
            """
             It was simulated at \($0) of its size, people and fleet alike: all counts, devices and dollars on this page are \
            of that part.
            """
        }
        let cells =
            report.cells > 1 ? " The day was divided into \(NumberText.count(report.cells)) independent cells." : ""
        let bound = report.bound == nil ? "" : " The bound is of somebody who knows the whole day beforehand."
        let sources = report.sources.map { "<li>\(HTMLText.escaped($0))</li>" }
        let list =
            sources.isEmpty ? "" : "<p>Where the figures of the scenario come from:</p><ul>\(sources.joined())</ul>"
        return """
            <footer><p>A simulated day: people and devices are made up as the scenario says; Heatsink's own policy is the \
            code that the server runs.\(scale ?? "")\(cells)\(bound) Seed \(report.seed): the same scenario and seed give the same \
            figures.</p>\(list)</footer>
            """
    }
}
