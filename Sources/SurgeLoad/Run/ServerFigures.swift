internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Asks the server what it counts.
struct ServerFigures: Sendable {
    let client: LoadClient

    /// - Throws: `LoadError.unreachable` when nothing answers.
    /// - Returns: nil when it answers something else than figures.
    func read() async throws -> PrometheusText? {
        do {
            let request = client.request(.GET, "/metrics", key: nil)
            let response = try await client.http.execute(request, deadline: .now() + .seconds(30))
            let bytes = try await response.body.collect(upTo: LoadLimits.answerBytes)
            return response.status.code == 200 ? PrometheusText(String(buffer: bytes)) : nil
        } catch {
            try Task.checkCancellation()
            throw LoadError.unreachable(url: client.target.url)
        }
    }

    /// Waits until no job waits and no task runs.
    ///
    /// - Returns: whether that came to pass in time; nil when the server does not say.
    func waitUntilIdle(_ clock: RunClock) async throws -> Bool? {
        let end = clock.now() + LoadLimits.backlogSeconds
        while clock.now() < end {
            let figures = try? await read()
            try Task.checkCancellation()
            let waiting = figures?.total("heatsink_jobs_waiting")
            let running = figures?.total("heatsink_tasks_running")
            guard waiting != nil || running != nil else { return nil }
            if (waiting ?? 0) + (running ?? 0) <= 0 { return true }
            try await Task.sleep(for: .milliseconds(250))
        }
        return false
    }
}
