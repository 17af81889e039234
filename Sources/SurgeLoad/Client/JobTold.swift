internal import NIOHTTP1

/// What the server says about a job in headers; all of it may be missing.
struct JobTold: Hashable, Sendable {
    var job: String?
    var rung: String?
    /// 0 to 1.
    var rungQuality: Double?
    var requestedQuality: String?
    /// Seconds from acceptance, the interval told then.
    var eta: ClosedRange<Double>?
    var verdict: String?

    init() {}

    init(_ headers: HTTPHeaders) {
        job = headers.first(name: "heatsink-job")
        rung = headers.first(name: "heatsink-rung")
        rungQuality = Self.number("heatsink-rung-quality", headers)
        requestedQuality = headers.first(name: "heatsink-requested-quality")
        verdict = headers.first(name: "heatsink-verdict")
        if let low = Self.number("heatsink-eta-low-seconds", headers),
            let high = Self.number("heatsink-eta-high-seconds", headers), low >= 0, low <= high
        {
            eta = low...high
        }
    }

    /// Takes over what a later answer says. The interval stays the first that was told: later ones are easier to keep.
    mutating func learn(_ newer: JobTold) {
        job = newer.job ?? job
        rung = newer.rung ?? rung
        rungQuality = newer.rungQuality ?? rungQuality
        requestedQuality = newer.requestedQuality ?? requestedQuality
        verdict = verdict ?? newer.verdict
        eta = eta ?? newer.eta
    }

    private static func number(_ name: String, _ headers: HTTPHeaders) -> Double? {
        headers.first(name: name).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }
}
