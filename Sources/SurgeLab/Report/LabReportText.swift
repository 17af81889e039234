internal import Charts

/// A report of the laboratory for the terminal: under sixty lines, whatever the scenario.
package enum LabReportText {
    private static let width = 100
    private static let mostRows = 10

    package static func text(of report: LabReport) -> String {
        var parts = [heading(report), wrapped(LabHeadline(report: report).sentences.joined(separator: " "))]
        if let run = report.runs.first {
            let figures = [
                LabTables.policies(report, title: "Policies"), plans(run), LabTables.pools(report, run, title: "Pools"),
            ]
            parts += figures.filter { !$0.rows.isEmpty }.map { cut($0).text }
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func heading(_ report: LabReport) -> String {
        let scale = report.scaleText.map { ", \($0) of its size" } ?? ""
        return """
            \(oneLine(report.scenario)): \(NumberText.duration(report.durationSeconds)) from \(report.clock.date), \
            \(report.clock.clock(at: 0)) UTC\(scale), seed \(report.seed)
            """
    }

    private static func plans(_ run: PolicyRun) -> ReportTable {
        ReportTable(
            title: "Plans under \(oneLine(run.policy))",
            header: ["plan", "asked", "served", "refused", "p50", "p99", "quality", "estimates held", "Jain"],
            rows: run.plans.map {
                [
                    $0.name, NumberText.count($0.asked), NumberText.percent($0.servedShare),
                    NumberText.percent($0.refusedShare), NumberText.duration($0.p50), NumberText.duration($0.p99),
                    NumberText.decimal($0.meanQuality, 3), NumberText.percent($0.estimatesHeld),
                    NumberText.decimal($0.jain, 3),
                ]
            }
        )
    }

    private static func cut(_ table: ReportTable) -> ReportTable {
        let rows = table.rows.map { row in row.enumerated().map { oneLine($0.element, most: $0.offset == 0 ? 28 : 60) }
        }
        guard rows.count > mostRows else {
            return ReportTable(title: oneLine(table.title), header: table.header, rows: rows)
        }
        let rest = ["and \(rows.count - mostRows + 1) more"] + table.header.dropFirst().map { _ in "" }
        return ReportTable(title: table.title, header: table.header, rows: rows.prefix(mostRows - 1) + [rest])
    }

    /// A scenario may say anything; the terminal is to see one line of it, without control characters.
    private static func oneLine(_ text: String, most: Int = 60) -> String {
        let clean = printable(text)
        return clean.count <= most ? clean : String(clean.prefix(most - 1)) + "…"
    }

    private static func printable(_ text: String) -> String {
        String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } ? " " : $0 })
    }

    private static func wrapped(_ text: String) -> String {
        var lines = [""]
        for word in printable(text).split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.prefix(12).joined(separator: "\n").replacing("\u{a0}", with: " ")
    }
}
