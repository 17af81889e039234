internal import Metrics
internal import Synchronization

/// Counters for answered requests, found again without making their labels anew.
final class RequestCounters: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private let known = Mutex<[Key: (Counter, Recorder)]>([:])

    func count(method: String, route: String, status: Int, seconds: Double) {
        let key = Key(method: String(method.prefix(8)), route: route, status: status)
        let (counter, recorder) = known.withLock { known in
            if let found = known[key] { return found }
            let dimensions = [("method", key.method), ("route", route), ("status", "\(status)")]
            let made = (
                Counter(label: "heatsink_http_requests_total", dimensions: dimensions),
                Recorder(label: "heatsink_http_seconds", dimensions: [("route", route)], aggregate: true)
            )
            known[key] = made
            return made
        }
        counter.increment()
        recorder.record(seconds)
    }
}
