internal import CoreFoundation
internal import Glibc
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

    /// Runs `body` and notes what it took of this thread's processor time: waiting for others on a busy machine is no cost.
    func timed<Value, Failure: Error>(_ part: Part, _ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        let began = Self.processorSeconds
        defer { seconds[part]?.record(Self.processorSeconds - began) }
        return try body()
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// There from the start, so that an alert on the first of a kind sees it rise.
    private let decisions = Dictionary(
        uniqueKeysWithValues: [
            "prompt.refused", "prompt.rewritten", "prompt.labelled", "upload.refused", "upload.held", "output.refused",
            "output.held", "review.released", "review.refused", "appeal.filed", "appeal.upheld", "appeal.overturned",
            "takedown", "opt-out.requested", "opt-out.accepted", "opt-out.declined", "opt-out.withdrawn",
            "work.registered", "work.withdrawn",
        ].map { ($0, Counter(label: "heatsink_rights_decisions_total", dimensions: [("kind", $0)])) }
    )

    func decided(_ kind: String) { decisions[kind]?.increment() }
}
