internal import AsyncHTTPClient
internal import Foundation

/// Measures how much a server can paint at all: closed loop, some connections that are never idle.
public enum CapacityProbe {
    /// What was measured.
    public struct Result: Codable, Hashable, Sendable {
        /// Pictures per second: the median of the seconds after the warm-up.
        public var picturesPerSecond: Double
        /// The mean over the same seconds: finer where few pictures come in a second.
        public var meanPicturesPerSecond: Double
        /// From sending to the answer, of what was sent after the warm-up; nil when nothing came.
        public var meanSeconds: Double?
        public var p50: Double?
        public var p90: Double?
        public var p99: Double?
        /// Pictures in each second, the warm-up's too.
        public var picturesBySecond: [Int]
        public var connections: Int
        public var seconds: Int
        public var warmUpSeconds: Int
        public var quality: String?
        /// Requests that brought nothing.
        public var failures: Int
    }

    /// Keeps `connections` requests in flight for `seconds`.
    ///
    /// - Parameters:
    ///   - keys: API keys, taken in turn by the connections.
    ///   - request: what is asked for; its quality says which rung is measured.
    ///   - seconds: the whole, with the warm-up, at most 600.
    ///   - warmUpSeconds: at the beginning, not counted.
    /// - Throws: `LoadError` when this makes no sense or nothing answers; `CancellationError`.
    public static func run(
        target: LoadTarget,
        keys: [String],
        request: LoadRequest,
        connections: Int,
        seconds: Int,
        warmUpSeconds: Int = 5,
        allowRemote: Bool = false
    ) async throws -> Result {
        try check(connections, seconds, warmUpSeconds, keys)
        guard target.isLoopback || allowRemote else { throw LoadError.remoteTarget(host: target.host) }
        let photos = try PhotoShelf(paths: request.kind == .edit ? request.photos : [])
        let mark = String(Int(Date().timeIntervalSince1970))
        let writer = RequestWriter(request: request, photos: photos, seed: 1, mark: mark)
        let http = LoadClient.makeHTTP()
        let client = LoadClient(http: http, target: target)
        do {
            _ = try await ServerFigures(client: client).read()
            let counts = await measure(client, writer, keys, connections, seconds)
            try? await http.shutdown()
            try Task.checkCancellation()
            let counted = counts.pictures.dropFirst(warmUpSeconds)
            // By when they were sent: the first requests of a loop find nobody before them.
            let waits = counts.latencies.filter { $0.ended - $0.seconds >= Double(warmUpSeconds) }.map(\.seconds)
            let latencies = Percentiles(waits)
            return Result(
                picturesPerSecond: median(counted),
                meanPicturesPerSecond: Double(counted.reduce(0, +)) / Double(counted.count),
                meanSeconds: waits.isEmpty ? nil : waits.reduce(0, +) / Double(waits.count),
                p50: latencies.value(0.5),
                p90: latencies.value(0.9),
                p99: latencies.value(0.99),
                picturesBySecond: counts.pictures,
                connections: connections,
                seconds: seconds,
                warmUpSeconds: warmUpSeconds,
                quality: request.quality,
                failures: counts.failures
            )
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    private static func check(
        _ connections: Int,
        _ seconds: Int,
        _ warmUpSeconds: Int,
        _ keys: [String]
    ) throws(LoadError) {
        guard (1...10_000).contains(connections) else {
            throw .invalid(field: "connections", reason: "is \(connections)", remedy: "give 1 to 10000")
        }
        guard (1...600).contains(seconds), (0..<seconds).contains(warmUpSeconds) else {
            throw .invalid(
                field: "seconds",
                reason: "is \(seconds) with \(warmUpSeconds) of warm-up",
                remedy: "give at most 600, and more than the warm-up"
            )
        }
        guard !keys.isEmpty else { throw .invalid(field: "keys", reason: "is empty", remedy: "give at least one key") }
    }

    private static func measure(
        _ client: LoadClient,
        _ writer: RequestWriter,
        _ keys: [String],
        _ connections: Int,
        _ seconds: Int
    ) async -> ProbeLog.Counts {
        let log = ProbeLog(seconds: seconds)
        let clock = RunClock(start: .now)
        await withTaskGroup(of: Void.self) { group in
            for connection in 0..<connections {
                let key = keys[connection % keys.count]
                group.addTask {
                    await Patience.run(seconds: Double(seconds)) {
                        while !Task.isCancelled {
                            let sent = clock.now()
                            let ending = await attempt(log.nextNumber(), client, writer, key)
                            log.ended(ending, sent: sent, at: clock.now())
                            // A server that refuses at once must not be hammered.
                            if ending?.failure != nil { try? await Task.sleep(for: .milliseconds(200)) }
                        }
                    }
                }
            }
        }
        return log.counts
    }

    private static func attempt(
        _ number: Int,
        _ client: LoadClient,
        _ writer: RequestWriter,
        _ key: String
    ) async -> AttemptEnding? {
        let trail = RequestTrail(LoadSchedule.Planned(index: number, seconds: 0, user: 0))
        let body = writer.body(number, isStreamed: false)
        return try? await client.attempt(writer.path, body, key: key, mode: .held, trail: trail)
    }

    private static func median(_ values: ArraySlice<Int>) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
