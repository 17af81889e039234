internal import Charts
internal import Testing

@testable import SurgeLab

@Suite("The laboratory's page")
struct LabReportPageTests {
    @Test("Page and drawings are well formed", arguments: OddReport.allCases)
    func wellFormed(odd: OddReport) {
        let report = odd.report
        for text in [LabReportPage.html(of: report), LabFigures.sideBySide(report), LabFigures.day(report)] {
            #expect(MarkupChecker.problem(in: text) == nil)
            let hasNoNumber = text.contains("nan") || text.contains("inf ")
            #expect(!hasNoNumber)
        }
        let lines = LabReportText.text(of: report).split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(lines < 60)
    }

    @Test("It begins with what a boss asks, and every figure of the report is on it")
    func figures() {
        let report = ExampleLabReport.week()
        let page = LabReportPage.html(of: report).replacing("\u{a0}", with: " ")
        let run = report.runs[0]
        let lead = """
            <p class="lead">Of 7.08 million simulated requests for pictures (708 million at full size), 97.6 % were delivered \
            to people who still waited; under first-come, on the same fleet: 49.6 %.</p>
            """
        let begins = page.contains(lead)
        #expect(begins)
        var expected = [
            "2 min 59 s for those who pay (plus, pro)", "owned 86.0 %", "88 °C", "$7,473", "1 in 100", "Seed 7",
        ]
        expected += run.plans.flatMap { [NumberText.count($0.asked), NumberText.duration($0.p99)] }
        expected += run.pools.map { NumberText.rate($0.deviceHours) }
        expected += report.runs.flatMap {
            [NumberText.count($0.totals.pictures), NumberText.money($0.totals.dollarsPerThousandPictures), $0.summary]
        }
        #expect(expected.filter { !page.contains($0) } == [])
    }

    @Test("Whatever a scenario calls things stays text")
    func escaping() {
        let page = LabReportPage.html(of: ExampleLabReport.hostile) + LabFigures.day(ExampleLabReport.hostile)
        let (raw, escaped) = (page.contains("<script"), page.contains("&lt;script&gt;"))
        #expect(!raw && escaped)
        let controls = (page + LabReportText.text(of: ExampleLabReport.hostile)).contains("\u{1b}")
        #expect(!controls)
    }

    @Test("What there is nothing to say of is left out")
    func leftOut() {
        let page = LabReportPage.html(of: ExampleLabReport.plain)
        let titles = ["Policies side", "Temperature", "Speed lost", "<h3>Sign-ups", "of the bound", "at full size"]
        #expect(titles.filter { page.contains($0) } == [])
        let waits = page.contains("<h2>Waits</h2>")
        #expect(waits)
        let empty = LabReportPage.html(of: ExampleLabReport.empty).contains("No policy was run.")
        #expect(empty)
        let rungs = LabReportPage.html(of: ExampleLabReport.undelivered).contains("Rungs of the ladder")
        #expect(!rungs)
    }

    @Test("The same report gives the same bytes, and not too many")
    func sameBytes() {
        let report = ExampleLabReport.week(bins: 400)
        var other = report
        for run in other.runs.indices {
            let refusals = report.runs[run].totals.refusals
            other.runs[run].totals.refusals = [:]
            for key in refusals.keys.sorted(by: >) { other.runs[run].totals.refusals[key] = refusals[key] }
        }
        let page = LabReportPage.html(of: report)
        let same = page == LabReportPage.html(of: other)
        #expect(same)
        #expect(LabReportText.text(of: report) == LabReportText.text(of: other))
        #expect(page.utf8.count < 600_000)
    }

    @Test("Bins put together lose nobody")
    func merging() {
        let bins = ExampleLabReport.week(bins: 400).runs[0].series
        let merged = LabBins.merged(bins, most: 140)
        #expect(merged.count <= 140)
        #expect(merged.last?.toSeconds == bins.last?.toSeconds)
        #expect(asked(merged) == asked(bins))
        #expect(merged.map(\.signUps).reduce(0, +) == bins.map(\.signUps).reduce(0, +))
        #expect(LabBins.merged([], most: 140).isEmpty)
    }

    private func asked(_ bins: [PolicyRun.Bin]) -> Int {
        var asked = 0
        for bin in bins { for plan in bin.plans { asked += plan.asked } }
        return asked
    }

    @Test("Bars to the letter")
    func bars() {
        let bars = PlotBars(
            bars: [
                .init(name: "a<b", value: 1, figure: "50 %", style: "s0"),
                .init(name: "c", value: nil, figure: "-", style: "s1"),
            ],
            width: 200,
            maximum: 2,
            description: "Bars"
        )
        #expect(
            bars.drawing == """
                <svg viewBox="0 0 200 48" role="img" aria-label="Bars"><text x="0" y="17">a&lt;b</text>\
                <rect class="area s0" x="29.8" y="5" width="66.9" height="15" rx="1.5"/>\
                <text class="figure" x="102.7" y="17">50 %</text><text x="0" y="39">c</text>\
                <text class="figure" x="35.8" y="39">-</text></svg>
                """
        )
    }
}
