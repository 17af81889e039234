internal import SurgeCore

/// What the scheduler says beside what the reference says.
extension Harness {
    func compare(_ effects: [Effect], afterTick: Bool) {
        guard let reference else { return }
        if afterTick {
            reference.tick(
                order: effects.compactMap { if case .ended(let job, _) = $0 { job } else { nil } },
                report: scheduler.governor.report,
                measures: scheduler.measures,
                at: instant
            )
        }
        let told = effects.map { Told($0) }
        let meant = reference.takeEffects()
        if told != meant {
            let place = zip(told, meant).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            let index = place ?? min(told.count, meant.count)
            let (one, other) = (
                index < told.count ? "\(told[index])" : "nothing", index < meant.count ? "\(meant[index])" : "nothing"
            )
            let promise = index < meant.count ? meant[index].promise : told[index].promise
            reference.differ(promise, "effect \(index) is \(one), and should be \(other)")
        }
        if scheduler.liveJobCount != reference.jobs.count || scheduler.runningTaskCount != reference.runningCount {
            reference.differ(.nothingForgotten, "there are other jobs or tasks than there should be")
        }
        passOn()
    }

    /// Everything that can be asked, of everybody there is.
    mutating func compareClosely() {
        guard let reference else { return }
        for account in reference.accounts.keys.sorted(by: { $0.index < $1.index }) {
            reference.check(scheduler.standing(of: account, at: instant), of: account, at: instant)
            checkDoor(account)
        }
        for job in reference.jobs.keys.sorted(by: { $0.index < $1.index }).prefix(40) {
            reference.check(scheduler.outlook(of: job, at: instant), of: job, at: instant)
            reference.checkFacts(of: job, deadline: scheduler.deadline(of: job), isReserved: scheduler.isReserved(job))
        }
        for job in reference.jobs.values.prefix(8)
        where scheduler.isInFlight(job.demand) != (job.demand.fingerprint != 0) {
            reference.differ(.nothingForgotten, "a request in flight is not taken for one")
        }
        for worker in reference.present.map(\.handle) {
            reference.check(scheduler.condition(of: worker, at: instant), of: worker, at: instant)
        }
        reference.check(scheduler.fleet(at: instant), at: instant)
        reference.check(scheduler.statistics)
        for plan in reference.configuration.plans.indices {
            reference.check(scheduler.status(ofPlan: plan, at: instant), plan, at: instant)
        }
        reference.checkHolds(scheduler, at: instant)
        if scheduler.waitingJobCount != reference.waitingJobCount {
            reference.differ(.nothingForgotten, "there are \(scheduler.waitingJobCount) jobs that wait")
        }
        passOn()
    }

    func checkDoor(_ account: AccountHandle) {
        guard let reference, let known = reference.accounts[account] else { return }
        for model in reference.configuration.models.indices {
            let lane = reference.lane(known.plan, model)
            let rung = reference.governor.paths[lane.index][0]
            let demand = Demand(account: account, model: model, wantedRung: rung)
            let expected = scheduler.expectedWaitSeconds(of: demand, at: instant)
            reference.checkExpected(demand, expected, at: instant)
            for isDetached in [false, true] {
                let refusal = scheduler.refusal(for: account, model: model, isDetached: isDetached, at: instant)
                reference.check(
                    refusal,
                    for: account,
                    model: model,
                    isDetached: isDetached,
                    expectedSeconds: expected,
                    at: instant
                )
            }
            if scheduler.governedRung(of: account, model: model) != reference.governor.mix(lane.index).lower {
                reference.differ(.qualityOpenly, "the rung that account \(account.index) gets is told wrongly")
            }
        }
    }

    func passOn() {
        guard let reference, !reference.differences.isEmpty else { return }
        for difference in reference.differences { checker.report(difference.promise, difference.text) }
        reference.differences = []
    }
}
