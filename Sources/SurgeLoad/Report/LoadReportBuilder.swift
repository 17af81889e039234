/// Makes the report out of what was measured. Pure: the same measurements make the same report.
struct LoadReportBuilder: Sendable {
    /// The tool was the bottleneck when a hundredth of its requests were later than this, in seconds.
    private static let toleratedLateness = 0.1
    static let waitsStep = 5.0

    let label: String
    let target: String
    let startedAt: Double
    let scenario: LoadScenario
    let users: [LoadUser]
    let schedule: LoadSchedule
    let measured: Measured

    var records: [RequestRecord] { measured.records }
    var windowRecords: [RequestRecord] { records.filter { scenario.measuredWindow.contains($0.planned.seconds) } }
    /// In the order of the scenario, each once.
    var plans: [String] {
        scenario.users.map(\.plan).reduce(into: []) { plans, plan in
            if !plans.contains(plan) { plans.append(plan) }
        }
    }

    var report: LoadReport {
        LoadReport(
            label: label,
            target: target,
            startedAt: startedAt,
            scenario: scenario,
            totals: totals,
            failures: failures,
            window: window,
            waits: waits,
            fairness: fairness,
            quality: quality,
            eta: estimateCoverage,
            server: server,
            backlog: LoadReport.Backlog(
                seconds: measured.backlogIsGone == nil ? nil : measured.backlogSeconds,
                isGone: measured.backlogIsGone
            ),
            health: health,
            seconds: seconds,
            waitsOverTime: waitsOverTime
        )
    }

    func plan(of record: RequestRecord) -> String { users[record.planned.user].plan }
    func group(of record: RequestRecord) -> String { users[record.planned.user].group }

    private var totals: LoadReport.Totals {
        let pictures = records.reduce(0) { $0 + $1.pictures }
        let delivered = records.count { $0.isDelivered }
        let elapsed = records.compactMap(\.ended).max() ?? 0
        return LoadReport.Totals(
            planned: schedule.requests.count + records.count { $0.planned.isAnother },
            sent: records.count { !$0.attempts.isEmpty },
            attempts: records.reduce(0) { $0 + $1.attempts.count },
            deliveredRequests: delivered,
            deliveredPictures: pictures,
            failedRequests: records.count - delivered,
            refusedAttempts: records.reduce(0) { $0 + $1.attempts.count { $0.ending?.isRefusal == true } },
            elapsedSeconds: elapsed,
            picturesPerSecond: elapsed > 0 ? Double(pictures) / elapsed : 0
        )
    }

    private var failures: [LoadReport.Failure] {
        var attempts: [FailureKind: Int] = [:]
        var requests: [FailureKind: Int] = [:]
        for record in records {
            for failure in record.attempts.compactMap(\.ending?.failure) { attempts[failure, default: 0] += 1 }
            guard let failure = record.failure else { continue }
            requests[failure, default: 0] += 1
            // Giving up is how an attempt ends whose answer never came.
            if failure == .gaveUp, let last = record.attempts.last, last.ending == nil {
                attempts[failure, default: 0] += 1
            }
        }
        return Set(attempts.keys).union(requests.keys)
            .map { kind in
                LoadReport.Failure(
                    kind: kind.name,
                    status: kind.status,
                    code: kind.code,
                    attempts: attempts[kind] ?? 0,
                    requests: requests[kind] ?? 0
                )
            }
            .sorted { left, right in
                (right.requests, right.attempts, left.kind, left.status ?? 0, left.code ?? "")
                    < (left.requests, left.attempts, right.kind, right.status ?? 0, right.code ?? "")
            }
    }

    private var window: LoadReport.Window {
        let window = scenario.measuredWindow
        let pictures = records.reduce(0) { sum, record in
            sum + (record.ended.map(window.contains) == true ? record.pictures : 0)
        }
        return LoadReport.Window(
            fromSeconds: window.fromSeconds,
            toSeconds: window.toSeconds,
            planned: schedule.requests.count { window.contains($0.seconds) }
                + records.count { $0.planned.isAnother && window.contains($0.planned.seconds) },
            deliveredPictures: pictures,
            picturesPerSecond: Double(pictures) / (window.toSeconds - window.fromSeconds)
        )
    }

    private var health: LoadReport.Health {
        let lateness = Percentiles(records.compactMap(\.lateness))
        let p99 = lateness.value(0.99) ?? 0
        var warnings: [String] = []
        if p99 > Self.toleratedLateness {
            let milliseconds = Int((p99 * 1_000).rounded())
            warnings.append(
                "The load tool itself was the bottleneck: one request in a hundred was sent \(milliseconds) ms or more"
                    + " after its time. Give the tool more processors or a lower rate; do not trust these figures."
            )
        }
        return LoadReport.Health(
            worstLatenessSeconds: lateness.maximum ?? 0,
            p99LatenessSeconds: p99,
            warnings: warnings
        )
    }

    private var server: LoadReport.Server {
        guard let before = measured.before, let after = measured.after else {
            return LoadReport.Server(deviceSeconds: nil, wastedDeviceSeconds: nil, wasteShare: nil, counters: nil)
        }
        func growth(_ name: String) -> Double? { after.total(name).map { $0 - (before.total(name) ?? 0) } }
        let device = growth("heatsink_device_seconds_total")
        let wasted = growth("heatsink_wasted_device_seconds_total")
        let old = before.counters(prefix: "heatsink_")
        return LoadReport.Server(
            deviceSeconds: device,
            wastedDeviceSeconds: wasted,
            wasteShare: device.flatMap { device in device > 0 ? wasted.map { $0 / device } : nil },
            counters: after.counters(prefix: "heatsink_").reduce(into: [:]) {
                $0[$1.key] = $1.value - (old[$1.key] ?? 0)
            }
        )
    }
}
