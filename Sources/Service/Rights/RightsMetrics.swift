internal import Metrics

/// What rights cost and decide. The names are in `Docs/Operations.md`.
struct RightsMetrics: Sendable {
    enum Part: String, CaseIterable {
        case works
        case safety
        case watermark
        case credentials
    }

    private let seconds = Dictionary(
        uniqueKeysWithValues: Part.allCases.map {
            ($0, Recorder(label: "heatsink_rights_seconds", dimensions: [("part", $0.rawValue)], aggregate: true))
        }
    )

    /// Runs `body` and notes how long it took.
    func timed<Value, Failure: Error>(_ part: Part, _ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        let began = ContinuousClock.now
        defer { seconds[part]?.record((ContinuousClock.now - began) / .seconds(1)) }
        return try body()
    }

    func decided(_ kind: String) {
        Counter(label: "heatsink_rights_decisions_total", dimensions: [("kind", kind)]).increment()
    }
}
