internal import Charts
internal import Foundation
internal import Testing

@testable import SurgeLoad

@Suite("Reports")
struct LoadReportTests {
    /// A request of user 0, 1 (light) or 2 (heavy): planned, sent, ended, and what came of it.
    private static func record(
        _ user: Int,
        _ planned: Double,
        _ ended: Double,
        late: Double = 0,
        told: JobTold = JobTold(),
        _ ending: AttemptEnding? = .delivered(pictures: 1)
    ) -> RequestRecord {
        let sent = planned + late
        var record = RequestRecord(planned: LoadSchedule.Planned(index: 0, seconds: planned, user: user))
        record.attempts = [RequestRecord.Attempt(sent: sent, ended: ended, ending: ending, told: told)]
        record.ended = ended
        record.failure = ending.map(\.failure) ?? .gaveUp
        return record
    }

    private static func report(_ records: [RequestRecord], label: String = "heatsink") throws -> LoadReport {
        var scenario = Examples.scenario(
            seconds: 10,
            groups: [
                Examples.group("light", count: 2, share: 0.4),
                Examples.group("heavy", plan: "pro", count: 1, share: 0.6),
            ]
        )
        scenario.window = LoadWindow(fromSeconds: 2, toSeconds: 10)
        let builder = LoadReportBuilder(
            label: label,
            target: "http://127.0.0.1:1",
            startedAt: 0,
            scenario: scenario,
            users: try LoadUser.all(of: scenario, keys: ["free": ["a", "b"], "pro": ["c"]]),
            schedule: LoadSchedule(scenario, seed: 1, trace: nil),
            measured: Measured(
                records: records,
                before: PrometheusText("heatsink_device_seconds_total 1"),
                after: PrometheusText("heatsink_device_seconds_total 5\nheatsink_jobs_waiting 0"),
                backlogIsGone: false,
                backlogSeconds: 300
            )
        )
        return builder.report
    }

    @Test("Waits count from the planned time, not from the sending")
    func countsFromThePlan() throws {
        let report = try Self.report([Self.record(2, 3, 5, late: 1.5)])
        #expect(report.waits.first { $0.group == "heavy" }?.p50 == 2)
    }

    @Test("Waits and fairness are of the window alone, by when requests were planned")
    func keepsToTheWindow() throws {
        let report = try Self.report([
            Self.record(0, 1, 9), Self.record(0, 3, 4), Self.record(1, 4, 6), Self.record(1, 5, 8, nil),
            Self.record(2, 9, 12),
        ])
        let free = try #require(report.waits.first)
        #expect((free.planned, free.delivered) == (3, 2))
        #expect((free.p50, free.maximum) == (1, 2))
        #expect(report.fairness.users.map(\.servedShare) == [1, 0.5, 1])
        #expect(report.fairness.lightUsers == 2)
        #expect(abs(try #require(report.fairness.lightJain) - 0.9) < 1e-12)
        #expect(report.window.deliveredPictures == 3)
        #expect(report.window.picturesPerSecond == 0.375)
        #expect(report.totals.deliveredRequests == 4)
        #expect(report.failures.map(\.kind) == ["gave up"])
    }

    @Test(
        "An interval holds when the delivery lies in it, give or take 50 ms",
        arguments: [
            (1.94, 0), (1.96, 1), (3.0, 1), (4.04, 1), (4.06, 0),
        ]
    )
    func coversIntervals(seconds: Double, covered: Int) throws {
        var told = JobTold()
        told.eta = 2...4
        let report = try Self.report([Self.record(2, 3, 3 + seconds, told: told)])
        #expect(report.eta.map(\.plan) == ["free", "pro", nil])
        #expect(report.eta.map(\.told) == [0, 1, 1])
        #expect(report.eta.map(\.covered) == [0, covered, covered])
        #expect(report.eta.last?.medianRelativeWidth == 2.0 / 3.0)
    }

    @Test("Every second says what is in flight at its end")
    func countsWhatIsInFlight() throws {
        let report = try Self.report([Self.record(0, 0.5, 2.5), Self.record(1, 1.5, 1.7), Self.record(2, 1.9, 11.2)])
        #expect(report.seconds.map(\.waiting) == [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0])
        #expect(report.seconds.map(\.delivered) == [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    }

    @Test("A tool that was late itself says so", arguments: [(0.09, false), (0.11, true)])
    func warns(late: Double, warns: Bool) throws {
        let report = try Self.report([Self.record(0, 3, 5, late: late)])
        #expect(report.health.warnings.isEmpty == !warns)
        #expect(LoadReportText.text(of: report).contains("WARNING") == warns)
        #expect(LoadReportPage.html(of: report).contains("class=\"warning\"") == warns)
    }

    @Test("What the server does not tell is left out")
    func leavesOut() throws {
        let report = try Self.report([])
        #expect(report.server.deviceSeconds == 4)
        #expect(report.server.wastedDeviceSeconds == nil)
        #expect(report.server.wasteShare == nil)
        #expect(report.backlog.isGone == false)
        #expect(report.quality.rungs.isEmpty)
        #expect(report.fairness.lightJain == nil)
    }

    @Test("A report survives being written as JSON, and holds no keys")
    func survives() throws {
        let report = try Self.report([Self.record(0, 3, 4), Self.record(2, 4, 6)])
        let json = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(LoadReport.self, from: json) == report)
        #expect(!String(decoding: json, as: UTF8.self).contains("\"key\""))
    }

    @Test("The page needs nothing but itself, and shows names as they are")
    func standsAlone() throws {
        var report = try Self.report([Self.record(0, 3, 4), Self.record(2, 4, 6)], label: "<b>&")
        report.scenario.name = "a \"<surge>\""
        let page = LoadReportPage.html(of: report)
        for part in ["<script", "src=", "href=", "@import", "url(", "<surge>", "<b>&<"] {
            #expect(!page.contains(part), "\(part)")
        }
        #expect(page.contains("a &quot;&lt;surge&gt;&quot;"))
        #expect(page.contains("<svg"))
        #expect(!page.contains("nan") && !page.contains("inf "))
    }

    @Test("Runs of one scenario can be compared, those of two cannot")
    func compares() throws {
        let first = try Self.report([Self.record(0, 3, 4)])
        var second = try Self.report([Self.record(0, 3, 9)], label: "first-come")
        let comparison = try LoadComparison([first, second])
        #expect(comparison.text.contains(/\n +heatsink +first-come\n/))
        #expect(comparison.html.contains("first-come"))
        second.scenario.seed += 1
        #expect(throws: LoadError.self) { try LoadComparison([first, second]) }
    }

    @Test("Tables line up")
    func alignsTables() {
        let table = ReportTable(title: "T", header: ["a", "long"], rows: [["name", "1"], ["b", "22"]])
        #expect(table.text == "T\na     long\n----  ----\nname     1\nb       22")
    }

    @Test(
        "Numbers are written for people",
        arguments: [
            (NumberText.count(1_234_567), "1,234,567"), (NumberText.count(-12), "-12"),
            (NumberText.seconds(0.0421), "42 ms"),
            (NumberText.seconds(0.9999), "1.00 s"), (NumberText.seconds(99.96), "100 s"),
            (NumberText.seconds(nil), "-"),
            (NumberText.percent(1), "100 %"), (NumberText.percent(0.0251), "2.5 %"), (NumberText.short(2.5), "2.500"),
        ]
    )
    func writesNumbers(text: String, expected: String) {
        #expect(text == expected)
    }
}
