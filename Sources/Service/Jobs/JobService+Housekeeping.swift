internal import Logging
internal import Records
internal import SurgeCore

/// What is done from time to time.
extension JobService {
    /// The core is told of the time, gauges are set, positions are told: each in its own rhythm.
    func tick() async {
        var count = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(250))
            advance()
            // Beside the rhythm: records that do not answer must not stop it.
            if !unwritten.isEmpty { Task { await settleEndings() } }
            count += 1
            if count.isMultiple(of: 4) { notifyPositions() }
            if count.isMultiple(of: 20) {
                metrics.measureFairness(core, at: clock.steady())
                health.temperatureCelsius = MachineSensors.temperatureCelsius
                history.sample(core, at: clock.now(), steady: clock.steady())
            }
        }
    }

    /// Looks every two seconds for changes of plans. Apart from ``tick()``: records that do not answer must not stop that.
    func watchPlans() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(2))
            await readPlanOverrides()
        }
    }

    /// One beat, and what it has ended written down.
    func tickOnce() async {
        advance()
        await lookAtKeeping()
        await settleEndings()
    }

    private func advance() {
        let now = clock.steady()
        if clocks.observe(now: clock.now(), steady: now) {
            logger.warning("the time of day has jumped", metadata: ["now": "\(clock.now().microseconds / 1_000_000)"])
        }
        core.setTimeOfDay(clocks.earliest(now), at: now)
        core.tick(at: now)
        for worker in [worker, stepWorker].compactMap(\.self) { core.report(health, of: worker, at: now) }
        act()
        metrics.measure(core)
    }

    /// Takes over what `heatsink plans` has changed since the last look.
    func readPlanOverrides() async {
        let found: [PlanOverride]
        do {
            found = try await store.planOverrides()
        } catch {
            // The end of the server ends the question, too.
            guard !Task.isCancelled else { return }
            return logger.error("cannot read plan overrides", metadata: ["reason": "\(error)"])
        }
        guard found != overrides else { return }
        overrides = found
        for (index, plan) in configuration.plans.enumerated() {
            let settings = found.first { $0.plan == plan.name }?.settings ?? [:]
            guard let changed = PlanSettings.plan(plan, changedBy: settings) else {
                logger.error("invalid plan override", metadata: ["plan": "\(plan.name)", "settings": "\(settings)"])
                continue
            }
            guard core.configuration.plans[index] != changed, core.replace(plan: index, with: changed) else { continue }
            logger.notice("a plan has changed", metadata: ["plan": "\(plan.name)", "settings": "\(settings)"])
        }
    }

    /// Once a minute: forgets what is over, removes files that nobody needs.
    func sweep() async {
        var rounds = 0
        while !Task.isCancelled {
            await sweepOnce(prunes: rounds.isMultiple(of: Self.roundsBetweenPruning))
            rounds += 1
            try? await Task.sleep(for: .seconds(60))
        }
    }

    /// - Parameter prunes: whether records that would only grow are summed up, too.
    func sweepOnce(prunes: Bool = false) async {
        clocks.observe(now: clock.now(), steady: clock.steady())
        let now = clocks.earliest(clock.steady())
        undelivered.forget(before: clock.steady().advanced(bySeconds: -configuration.recentSeconds))
        // What is not there, or not now, must not be taken for what nobody needs.
        guard keeping.reason != .recordsMoved else { return }
        do {
            if prunes { try await prune(at: now) }
            let forgotten = try await store.forgetJobs(expiredBefore: now)
            _ = try await store.forgetShares(expiredBefore: now)
            _ = try await store.forgetSessions(expiredBefore: now)
            try await rights?.sweep(at: now)
            let files = files
            let sweeping = sweeping
            // Files younger than an hour may belong to a request that is still arriving, or to a picture on its way.
            let moment = now.advanced(bySeconds: -3_600)
            try await files.remove {
                await sweeping.run { files.digests(olderThan: moment) }
            } unlessIn: { digests throws(RecordsError) in
                try await self.neededFiles(among: digests)
            }
            let putOff = Array(removalsPutOff)
            removalsPutOff = []
            try await removeFiles(putOff)
            if forgotten > 0 { logger.info("forgot expired jobs", metadata: ["count": "\(forgotten)"]) }
        } catch {
            // The end of the server ends this, too.
            guard !Task.isCancelled else { return }
            logger.error("housekeeping failed", metadata: ["reason": "\(error)"])
        }
    }
}
