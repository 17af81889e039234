internal import Metrics

/// What is counted of keeping things. The names are in `Docs/Operations.md`.
struct RecordsMetrics: Sendable {
    private let unwritten = Gauge(label: "heatsink_endings_unwritten")
    private let oldest = Gauge(label: "heatsink_endings_unwritten_seconds")
    private let free = Gauge(label: "heatsink_data_free_bytes")
    private let unavailable = Unavailability.allCases.map {
        Gauge(label: "heatsink_unavailable", dimensions: [("reason", $0.rawValue)])
    }
    private let retries = Counter(label: "heatsink_paint_retries_total")

    /// A picture could not be painted and is tried again.
    func noteRetry() { retries.increment() }

    func measure(unwritten count: Int, oldestSeconds: Double, freeBytes: Int64?, _ reason: Unavailability?) {
        unwritten.record(count)
        oldest.record(oldestSeconds)
        if let freeBytes { free.record(freeBytes) }
        for (gauge, known) in zip(unavailable, Unavailability.allCases) { gauge.record(known == reason ? 1 : 0) }
    }
}
