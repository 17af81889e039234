internal import Foundation
internal import Scenarios

/// Plays one request as its user's client library does: send, wait, send again, give up.
struct RequestPlayer: Sendable {
    let client: LoadClient
    let writer: RequestWriter
    let clock: RunClock
    let seed: UInt64

    /// Returns what came of it, never later than the user's patience lasts.
    ///
    /// - Parameter trail: filled as it goes.
    func play(_ planned: LoadSchedule.Planned, user: LoadUser, group: LoadGroup, trail: RequestTrail) async {
        let body = writer.body(planned, of: group)
        await Patience.run(seconds: planned.patienceSeconds ?? group.patienceSeconds) {
            // Only giving up is thrown, and it shows in the trail: nothing was finished.
            try? await attempts(planned, body, user, group, trail)
        }
        guard trail.record.ended == nil else { return }
        trail.finished(.gaveUp, at: clock.now())
        if group.leavesJobs != true, let path = trail.record.attempts.last?.jobPath {
            await client.cancel(path, key: user.key)
        }
    }

    private func attempts(
        _ planned: LoadSchedule.Planned,
        _ body: RequestBody,
        _ user: LoadUser,
        _ group: LoadGroup,
        _ trail: RequestTrail
    ) async throws {
        let isHasty = group.retry == .hasty
        let policy = RetryPolicy(retries: group.retries, hastyPauseSeconds: isHasty ? group.pauseSeconds ?? 1 : nil)
        var jitter = RandomStream(seed: seed, stream: UInt64(planned.index) &+ 0x1_0000_0000)
        for retriesTaken in 0...group.retries {
            trail.began(at: clock.now())
            let ending = try await attempt(body, user, group, trail)
            let now = clock.now()
            trail.ended(ending, at: now)
            let delay = policy.delay(
                after: ending,
                retriesTaken: retriesTaken,
                jitter: jitter.unit(),
                date: Date()
            )
            guard let delay else { return trail.finished(ending.failure, at: now) }
            try await Task.sleep(for: .seconds(delay))
        }
    }

    /// Sends the request once, and breaks off when the client library would.
    private func attempt(
        _ body: RequestBody,
        _ user: LoadUser,
        _ group: LoadGroup,
        _ trail: RequestTrail
    ) async throws -> AttemptEnding {
        guard let seconds = group.timeoutSeconds else {
            return try await client.attempt(writer.path, body, key: user.key, mode: group.mode, trail: trail)
        }
        return try await withThrowingTaskGroup(of: AttemptEnding.self) { tasks in
            tasks.addTask {
                try await client.attempt(writer.path, body, key: user.key, mode: group.mode, trail: trail)
            }
            tasks.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return .timedOut
            }
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? .timedOut
        }
    }
}
