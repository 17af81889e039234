internal import Scenarios
internal import SurgeCore

/// What people and operators do in a world, one thing a turn.
extension World {
    mutating func act() {
        let draw = Double.random(in: 0..<1, using: &random)
        switch draw {
        case ..<0.5: submit()
        case ..<0.75: confirm()
        case ..<0.85: client()
        case ..<0.87: operate()
        case ..<0.875: changeRules()
        case ..<0.88: changeAccount()
        case ..<0.895: putOff()
        default: break
        }
    }

    private mutating func submit() {
        // A few accounts send most of it.
        let isHeavy = chance(0.6)
        let most = isHeavy ? min(settings.heavyCount, accounts.count) : accounts.count
        let account = accounts[Int.random(in: 0..<most, using: &random)]
        if settings.hasTwins, chance(0.15), let twin = recent.randomElement(using: &random) {
            _ = take(harness.submit(twin))
            return
        }
        let model = Int.random(in: settings.configuration.models.indices, using: &random)
        let rungs = settings.configuration.models[model].ladder.rungs
        fingerprint += 1
        let demand = Demand(
            account: account,
            model: model,
            wantedRung: chance(0.6) ? rungs.count - 1 : Int.random(in: rungs.indices, using: &random),
            taskCount: settings.hasManyTasks && chance(0.3) ? Int.random(in: 2...32, using: &random) : 1,
            size: settings.hasSizes && chance(0.3) ? Double.random(in: 0.25...4, using: &random) : 1,
            shape: settings.hasShapes ? Int.random(in: 0...2, using: &random) << 16 : 0,
            fingerprint: settings.hasTwins ? fingerprint : 0,
            isDetached: settings.hasDetached && chance(0.4)
        )
        if take(harness.submit(demand)), settings.hasTwins {
            recent.append(demand)
            if recent.count > 8 { recent.removeFirst() }
        }
    }

    private mutating func take(_ verdict: Verdict) -> Bool {
        switch verdict {
        case .run(let job, _), .queued(let job, _), .deferred(let job, _):
            reserved.append(job)
            known.append(job)
            if known.count > 40 { known.removeFirst() }
            return true
        case .joined, .refused: return false
        }
    }

    /// Several become durable with one commit.
    mutating func confirm() {
        for job in reserved {
            if settings.hasWithdrawals, chance(0.05) { harness.withdraw(job) } else { harness.confirm(job) }
        }
        reserved.removeAll(keepingCapacity: true)
    }

    private mutating func client() {
        guard settings.hasLeavers, let job = known.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: harness.cancel(job)
        case 1: harness.attach(job)
        default: harness.detach(job)
        }
    }

    private mutating func operate() {
        let index = Int.random(in: workers.indices, using: &random)
        guard !workers[index].isGone else { return }
        workers[index].speed *= chance(0.2) ? Double.random(in: 0.7...1.4, using: &random) : 1
        workers[index].speed = min(6, max(0.2, workers[index].speed))
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where settings.hasCrashes:
            harness.remove(workers[index].handle, isFault: chance(0.7))
            restart(index)
        case 1 where settings.hasSilence:
            workers[index].isSilent.toggle()
        case 2 where settings.hasThrottling:
            let throttling: Double = [0, 0.4, 1].randomElement(using: &random) ?? 0
            let health = WorkerHealth(throttling: throttling, isShortOfMemory: chance(0.2))
            harness.report(health, of: workers[index].handle)
        case 3 where settings.hasDrains:
            workers[index].isDraining.toggle()
            harness.setDraining(workers[index].handle, workers[index].isDraining)
        case 4 where settings.hasDrains && workers.count > 1 && workers[index].held.isEmpty && index > 0:
            harness.remove(workers[index].handle, isFault: false)
            restart(index)
        default: break
        }
    }

    private mutating func changeRules() {
        guard settings.hasReplacements else { return }
        let index = Int.random(in: settings.configuration.plans.indices, using: &random)
        let old = harness.checker.configuration.plans[index]
        var plan = WorldSettings.plan(
            index,
            isRanked: false,
            isLimited: old.dailyAllowance != nil,
            isTight: settings.isTight,
            &random
        )
        // Prices and rates are settled by what was agreed; others may change at any time.
        plan.rank = old.rank
        plan.picturesPerSecond = old.picturesPerSecond
        harness.replace(plan: index, with: plan)
    }

    private mutating func changeAccount() {
        guard settings.hasUpgrades else { return }
        let account = Int.random(in: accounts.indices, using: &random)
        let plan = Int.random(in: settings.configuration.plans.indices, using: &random)
        let added: Int64? = chance(0.5) ? nil : 500
        harness.update(accounts[account], plan: plan, allowance: chance(0.5) ? nil : 500, added: added)
    }

    private mutating func putOff() {
        guard settings.hasHolds else { return }
        let name = HoldName.drawn(settings.configuration) { Int.random(in: 0..<$0, using: &random) }
        let spans = [0.3, 2, 10, 60]
        let seconds = spans[Int.random(in: spans.indices, using: &random)] * Double.random(in: 0...1, using: &random)
        harness.hold(name, until: chance(0.4) ? nil : harness.now + Int64(seconds * 1_000_000))
    }

    // MARK: The end

    /// The load stops and all workers are well: everything must end, and nothing be left.
    mutating func drainAll() {
        confirm()
        settings.hasErrors = false
        settings.hasDelays = false
        for index in workers.indices where !workers[index].isGone {
            workers[index].isSilent = false
            if workers[index].isDraining { harness.setDraining(workers[index].handle, false) }
            workers[index].isDraining = false
            harness.report(WorkerHealth(), of: workers[index].handle)
        }
        for _ in 0..<40_000 where harness.checker.jobCount > 0 || harness.checker.leaseCount > 0 {
            harness.now += 50_000
            for index in workers.indices { workOff(index) }
            fillWoken()
            if harness.now >= nextTick {
                nextTick = harness.now + 250_000
                harness.tick()
                noteLost()
                fillWoken()
            }
            if !harness.checker.violations.isEmpty { return }
        }
        let left = (
            harness.scheduler.liveJobCount, harness.scheduler.runningTaskCount, harness.scheduler.waitingJobCount
        )
        if left != (0, 0, 0) || harness.checker.jobCount != 0 {
            harness.checker.report(.nothingForgotten, "jobs, tasks and waiting jobs are left at the end: \(left)")
        }
        harness.checker.checkClosely(harness.scheduler, at: harness.instant)
    }

    /// Like working, without the faults: every task that is due ends.
    private mutating func workOff(_ index: Int) {
        guard !workers[index].held.isEmpty else {
            if settings.hasSilence { harness.report(WorkerHealth(), of: workers[index].handle) }
            return
        }
        if workers[index].profile.sharesBatch { stepOnce(index) }
        while let place = workers[index].held.firstIndex(where: { $0.left <= 0 || $0.due <= harness.now }) {
            harness.finish(workers[index].held.remove(at: place).lease, .done)
        }
        fill(index)
    }
}
