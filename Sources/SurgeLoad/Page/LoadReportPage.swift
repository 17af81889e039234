internal import Charts
internal import Foundation

/// A report as one HTML file: no script, nothing loaded from elsewhere, light and dark, fit for paper.
public enum LoadReportPage {
    /// The page of one run.
    public static func html(of report: LoadReport) -> String { html(of: [report]) }

    /// The page of several runs of the same scenario, side by side.
    static func html(of reports: [LoadReport]) -> String {
        guard let first = reports.first else { return "" }
        let plots = ReportPlots(reports: reports, width: reports.count > 1 ? 620 : 860)
        let title = HTMLText.escaped(first.scenario.name)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>\(PageStyle.css)</style>
            </head>
            <body class="\(reports.count > 1 ? "several" : "one")">
            <header>
            <p class="kicker">Heatsink under load</p>
            <h1>\(title)</h1>
            <p class="summary">\(HTMLText.escaped(first.scenario.summary))</p>
            \(reports.map(origin).joined(separator: "\n"))
            </header>
            \(warnings(reports))
            \(reports.count > 1 ? glance(reports) : tiles(first))
            \(body(reports, plots))
            <footer>Open loop: every request is sent at the time that was fixed for it beforehand, and its wait counts \
            from that time. The shaded part is the window that waits and served shares are of.</footer>
            </body>
            </html>

            """
    }

    private static func body(_ reports: [LoadReport], _ plots: ReportPlots) -> String {
        func figures(_ plot: (LoadReport) -> ReportPlots.Plot?, _ tables: (LoadReport) -> [ReportTable]) -> [String] {
            reports.map { report in
                let name = reports.count > 1 ? report.label : nil
                return figure(name, plot(report), tables(report))
            }
        }
        return [
            section(
                "Offered, delivered, refused",
                "Requests per second. Refused counts every sending that was answered with 429 or 503.",
                figures(plots.flow) { [TimeBins($0.seconds, most: 12).table] }
            ),
            section(
                "Waits",
                "From the planned time to delivery, by the time it was planned for; a logarithmic axis.",
                figures(plots.waits) { [ReportTables.waits($0)] }
            ),
            section(
                "Quality given",
                "The share of each rung among the pictures delivered, the best rung at the bottom.",
                figures(plots.rungs) { [ReportTables.rungs($0), ReportTables.promises($0)] }
            ),
            section(
                "Served share per user",
                "Delivered of planned for every user, from the worst served to the best; across, the share of users.",
                figures(plots.shares) { [ReportTables.fairness($0)] }
            ),
            section(
                "What went wrong, and what it cost",
                "",
                figures({ _ in nil }, { [ReportTables.failures($0), ReportTables.counters($0)] })
            ),
        ]
        .joined(separator: "\n")
    }

    private static func origin(_ report: LoadReport) -> String {
        let date = Date(timeIntervalSince1970: report.startedAt).formatted(.iso8601)
        return
            "<p class=\"origin\"><b>\(HTMLText.escaped(report.label))</b> \(HTMLText.escaped(report.target)), \(date)</p>"
    }

    private static func warnings(_ reports: [LoadReport]) -> String {
        reports.flatMap { report in
            report.health.warnings.map {
                "<p class=\"warning\"><b>\(HTMLText.escaped(report.label))</b> \(HTMLText.escaped($0))</p>"
            }
        }
        .joined(separator: "\n")
    }

    private static func glance(_ reports: [LoadReport]) -> String {
        let table = table(ReportTables.headline(reports))
        return "<section class=\"glance\"><h2>At a glance</h2>\(table)</section>"
    }

    private static func tiles(_ report: LoadReport) -> String {
        let served = Double(report.totals.deliveredRequests) / Double(max(1, report.totals.planned))
        let tiles = [
            (NumberText.decimal(report.window.picturesPerSecond, 2), "pictures per second"),
            (NumberText.percent(served), "of requests delivered"),
            (NumberText.decimal(report.fairness.lightJain, 3), "Jain's index, light users"),
            (NumberText.percent(report.eta.last?.coverage), "of told intervals held"),
            (NumberText.percent(report.server.wasteShare), "of device time wasted"),
            (ReportTables.backlog(report), "until the backlog was gone"),
            (NumberText.count(report.totals.refusedAttempts), "sendings refused"),
            (NumberText.seconds(report.health.p99LatenessSeconds), "p99 of the tool's own lateness"),
        ]
        let items = tiles.map { "<div><b>\(HTMLText.escaped($0.0))</b><span>\(HTMLText.escaped($0.1))</span></div>" }
        return "<div class=\"tiles\">\(items.joined())</div>"
    }

    private static func section(_ title: String, _ note: String, _ parts: [String]) -> String {
        let text = note.isEmpty ? "" : "<p class=\"note\">\(HTMLText.escaped(note))</p>"
        return
            "<section><h2>\(HTMLText.escaped(title))</h2>\(text)<div class=\"runs\">\(parts.joined())</div></section>"
    }

    private static func figure(_ name: String?, _ plot: ReportPlots.Plot?, _ tables: [ReportTable]) -> String {
        let heading = name.map { "<h3>\(HTMLText.escaped($0))</h3>" } ?? ""
        let drawing = plot.map { plot in
            let legend = plot.legend.map { "<li><i class=\"\($0.style)\"></i>\(HTMLText.escaped($0.name))</li>" }
            return "<ul class=\"legend\">\(legend.joined())</ul>\(plot.drawing)"
        }
        let shown = tables.filter { !$0.rows.isEmpty }
        return "<figure>\(heading)\(drawing ?? "")\(shown.map(table).joined())</figure>"
    }

    private static func table(_ table: ReportTable) -> String {
        func cells(_ row: [String], _ tag: String) -> String {
            row.map { cell in
                let indent = cell.hasPrefix("  ") ? " class=\"inner\"" : ""
                return "<\(tag)\(indent)>\(HTMLText.escaped(cell))</\(tag)>"
            }
            .joined()
        }
        let rows = table.rows.map { "<tr>\(cells($0, "td"))</tr>" }.joined()
        return """
            <div class="table"><table><caption>\(HTMLText.escaped(table.title))</caption>\
            <thead><tr>\(cells(table.header, "th"))</tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }
}
