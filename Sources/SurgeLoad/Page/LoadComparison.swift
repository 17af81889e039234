/// Runs of the same scenario, side by side.
public struct LoadComparison: Hashable, Sendable {
    public let reports: [LoadReport]

    /// - Throws: `LoadError.differentScenarios` when the runs played different loads.
    public init(_ reports: [LoadReport]) throws(LoadError) {
        if let first = reports.first, let other = reports.first(where: { $0.scenario != first.scenario }) {
            throw .differentScenarios(
                first: "\(first.scenario.name) (\(first.label))",
                second: "\(other.scenario.name) (\(other.label))"
            )
        }
        self.reports = reports
    }

    /// For a terminal.
    public var text: String { LoadReportText.text(of: reports) }

    /// One file that needs nothing else.
    public var html: String { LoadReportPage.html(of: reports) }
}
