internal import AsyncHTTPClient
internal import Foundation

/// Plays a scenario against a server, open loop: every request is sent at the time that was fixed for it before the
/// run, however slowly the server answers, and its wait counts from that time.
public enum LoadRun {
    /// What is no matter of the scenario.
    public struct Options: Hashable, Sendable {
        /// What the report calls this run, for comparisons.
        public var label: String
        /// Whether the target may be another machine.
        public var allowRemote: Bool
        /// Stands in every prompt, so that two runs do not send the same requests; nil: the time of the start.
        public var mark: String?

        public init(label: String = "heatsink", allowRemote: Bool = false, mark: String? = nil) {
            self.label = label
            self.allowRemote = allowRemote
            self.mark = mark
        }
    }

    /// Plays a scenario.
    ///
    /// - Parameters:
    ///   - keys: API keys by plan, one for every user of the plan.
    ///   - progress: called about once a second.
    /// - Returns: what was measured.
    /// - Throws: `LoadError` before anything is sent, when the scenario, the keys or the target are not fit for a run;
    ///   `CancellationError` when the task is cancelled.
    public static func run(
        scenario: LoadScenario,
        target: LoadTarget,
        keys: [String: [String]],
        options: Options = Options(),
        progress: @escaping @Sendable (LoadProgress) -> Void = { _ in }
    ) async throws -> LoadReport {
        try scenario.validate()
        try checkBounds(scenario, target, options)
        return try await play(scenario, try LoadSchedule(scenario), target, keys, options, progress)
    }

    /// Plays a day: the very requests that the laboratory plays, at their times.
    package static func run(
        day: PlayedDay,
        target: LoadTarget,
        keys: [String: [String]],
        options: Options = Options(),
        progress: @escaping @Sendable (LoadProgress) -> Void = { _ in }
    ) async throws -> LoadReport {
        try day.scenario.validate()
        try checkBounds(day.scenario, target, options)
        return try await play(day.scenario, day.schedule, target, keys, options, progress)
    }

    private static func play(
        _ scenario: LoadScenario,
        _ schedule: LoadSchedule,
        _ target: LoadTarget,
        _ keys: [String: [String]],
        _ options: Options,
        _ progress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadReport {
        let users = try LoadUser.all(of: scenario, keys: keys)
        let photos = try PhotoShelf(paths: scenario.request.kind == .edit ? scenario.request.photos : [])
        guard schedule.requests.count <= LoadLimits.requests else {
            throw LoadError.tooManyRequests(planned: schedule.requests.count, limit: LoadLimits.requests)
        }
        OpenFileLimit.raise()
        let http = LoadClient.makeHTTP()
        let date = Date()
        let writer = RequestWriter(
            request: scenario.request,
            photos: photos,
            seed: scenario.seed,
            mark: options.mark ?? String(Int(date.timeIntervalSince1970))
        )
        let client = LoadClient(http: http, target: target)
        let plan = Plan(scenario: scenario, users: users, schedule: schedule, client: client, writer: writer)
        do {
            let measured = try await measure(plan, progress)
            try? await http.shutdown()
            return LoadReportBuilder(
                label: options.label,
                target: target.url,
                startedAt: date.timeIntervalSince1970,
                scenario: scenario,
                users: users,
                schedule: schedule,
                measured: measured
            ).report
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    private static func checkBounds(
        _ scenario: LoadScenario,
        _ target: LoadTarget,
        _ options: Options
    ) throws(LoadError) {
        guard target.isLoopback || options.allowRemote else { throw .remoteTarget(host: target.host) }
        guard scenario.durationSeconds <= LoadLimits.seconds else {
            throw .tooLong(seconds: scenario.durationSeconds, limit: LoadLimits.seconds)
        }
    }

    private struct Plan: Sendable {
        let scenario: LoadScenario
        let users: [LoadUser]
        let schedule: LoadSchedule
        let client: LoadClient
        let writer: RequestWriter
    }

    private static func measure(
        _ plan: Plan,
        _ progress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> Measured {
        let figures = ServerFigures(client: plan.client)
        let before = try await figures.read()
        let log = RunLog()
        // A moment to get going, so that the first request is not late.
        let clock = RunClock(start: .now + .milliseconds(200))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(1))
                    progress(
                        log.progress(
                            of: plan.schedule,
                            durationSeconds: plan.scenario.durationSeconds,
                            at: clock.now()
                        )
                    )
                }
            }
            defer { group.cancelAll() }
            try await send(plan, clock, log)
            log.draining()
            let isGone = try await figures.waitUntilIdle(clock)
            let last = plan.schedule.requests.last?.seconds ?? 0
            return Measured(
                records: log.records,
                before: before,
                after: try? await figures.read(),
                backlogIsGone: isGone,
                backlogSeconds: clock.now() - last
            )
        }
    }

    /// Sends everything at its time; returns when the last request has ended.
    private static func send(_ plan: Plan, _ clock: RunClock, _ log: RunLog) async throws {
        let groups = plan.scenario.users.flatMap { Array(repeating: $0, count: $0.count) }
        let player = RequestPlayer(client: plan.client, writer: plan.writer, clock: clock, seed: plan.scenario.seed)
        try await withThrowingDiscardingTaskGroup { group in
            for planned in plan.schedule.requests {
                try await clock.sleep(until: planned.seconds)
                log.sent()
                group.addTask {
                    var next: LoadSchedule.Planned? = planned
                    while let planned = next {
                        let (user, group) = (plan.users[planned.user], groups[planned.user])
                        if planned.isAnother {
                            guard (try? await clock.sleep(until: planned.seconds)) != nil else { return }
                            log.sent()
                        }
                        let trail = RequestTrail(planned)
                        await player.play(planned, user: user, group: group, trail: trail)
                        log.ended(trail.record)
                        next = group.another(
                            after: trail.record,
                            seed: plan.scenario.seed,
                            durationSeconds: plan.scenario.durationSeconds
                        )
                    }
                }
            }
        }
        try Task.checkCancellation()
    }
}
