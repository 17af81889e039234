internal import SurgeCore

/// Accounts: what they may ask for, have used and owe.
extension ReferenceScheduler {
    func open(_ profile: Scheduler.AccountProfile, as handle: AccountHandle, at now: Instant) {
        if accounts[handle] != nil { differ(.paidOnce, "account \(handle.index) was opened under a name in use") }
        mostAccounts = max(mostAccounts, accounts.count + 1)
        if Int(handle.index) >= mostAccounts { differ(.bounded, "the place of a closed account is not used again") }
        accounts[handle] = ReferenceAccount(handle, profile, day: day(now.microseconds))
    }

    func day(_ now: Int64) -> Int { Int(now / Self.dayMicroseconds) }

    func update(_ handle: AccountHandle, plan: Int, allowance: Int?, added: Int64?) {
        guard let account = accounts[handle], configuration.plans.indices.contains(plan) else { return }
        account.plan = plan
        account.allowance = allowance
        account.millicredits = added.map { added in
            let (sum, overflows) = (account.millicredits ?? 0).addingReportingOverflow(added)
            return overflows ? .max : sum
        }
    }

    func close(_ handle: AccountHandle, returned: Bool) {
        guard let account = accounts[handle], activeJobs(account) == 0 else {
            if returned { differ(.nothingForgotten, "an account was closed that has jobs, or is not there") }
            return
        }
        if !returned { differ(.bounded, "an account with nothing in flight was not closed") }
        accounts[handle] = nil
    }

    func replace(plan index: Int, with plan: Plan, returned: Bool) {
        let isFit =
            configuration.plans.indices.contains(index) && plan.problem == nil
            && plan.rank == configuration.plans[index].rank
        if returned != isFit { differ(.deterministic, "a plan's change was \(returned ? "" : "not ")taken") }
        guard isFit else { return }
        configuration.plans[index] = plan
        governor.replace(configuration)
        wakeAnother()
    }

    func turnDay(_ account: ReferenceAccount, _ now: Int64) {
        guard day(now) > account.day else { return }
        (account.day, account.used) = (day(now), 0)
    }

    /// What is wrong with what an account is told of itself.
    func check(_ standing: Scheduler.Standing?, of handle: AccountHandle, at now: Instant) {
        guard let account = accounts[handle] else {
            if standing != nil { differ(.paidOnce, "an account that was closed has a standing") }
            return
        }
        guard let standing else { return differ(.paidOnce, "account \(handle.index) has no standing") }
        let (time, plan) = (now.microseconds, plan(of: account))
        let used = day(time) > account.day ? 0 : account.used
        let rest = Self.dayMicroseconds - time % Self.dayMicroseconds
        var remaining: Int?
        if let rate = plan.picturesPerSecond {
            let ahead = Double(max(0, account.theoreticalArrival - time)) / Double(Self.interval(rate))
            remaining = max(0, plan.burst - Int(ahead.rounded(.up)))
        }
        let isRight =
            standing.plan == account.plan && standing.activeJobs == activeJobs(account)
            && standing.absentJobs == absentJobs(account)
            && standing.allowance == account.allowance ?? plan.dailyAllowance && standing.usedToday == used
            && standing.resetsInSeconds == Double(rest) / 1_000_000
            && standing.burst == (plan.picturesPerSecond == nil ? nil : plan.burst)
            && standing.burstRemaining == remaining
            && standing.burstResetsInSeconds == Double(max(0, account.theoreticalArrival - time)) / 1_000_000
            && standing.millicredits == account.millicredits
            && standing.remaining == (account.allowance ?? plan.dailyAllowance).map { max(0, $0 - used) }
        if !isRight {
            differ(
                .paidOnce,
                "account \(handle.index) has used \(used), has \(activeJobs(account)) jobs and"
                    + " \(account.millicredits as Any) millicredits, and is told \(standing)"
            )
        }
    }

    /// Microseconds between two pictures at the long-run rate.
    static func interval(_ rate: Double) -> Int64 { Int64(min(1e15, max(1, (1_000_000 / rate).rounded(.up)))) }
}
