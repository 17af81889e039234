/// What a run leaves behind for its report.
struct Measured: Sendable {
    let records: [RequestRecord]
    let before: PrometheusText?
    let after: PrometheusText?
    /// nil: the server does not say.
    let backlogIsGone: Bool?
    /// Since the last planned request.
    let backlogSeconds: Double
}
