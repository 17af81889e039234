/// Accounts come in before their first demand, and may go when nothing of theirs waits or runs.
extension Scheduler {
    /// What is known of an account that the scheduler does not hold yet.
    public struct AccountProfile: Hashable, Sendable, Codable {
        /// The plan that it is under.
        public var plan: PlanIndex
        /// nil: the plan's.
        public var dailyAllowance: Int?
        /// Pictures of today that are delivered, or reserved by jobs that are not restored after.
        public var usedToday: Int
        /// nil: not prepaid. What jobs in flight have reserved is already taken off, as far as they are not restored.
        public var millicredits: Int64?

        /// Creates a profile.
        public init(plan: PlanIndex, dailyAllowance: Int? = nil, usedToday: Int = 0, millicredits: Int64? = nil) {
            self.plan = plan
            self.dailyAllowance = dailyAllowance
            self.usedToday = usedToday
            self.millicredits = millicredits
        }
    }

    /// An account as it stands, for headers and pages.
    public struct Standing: Hashable, Sendable, Codable {
        /// The plan that it is under.
        public let plan: PlanIndex
        /// Jobs that wait or run.
        public let activeJobs: Int
        /// Of these, those whose clients have gone and may come back.
        public let absentJobs: Int
        /// nil: no limit.
        public let allowance: Int?
        /// Pictures of the day, delivered and reserved.
        public let usedToday: Int
        /// When the day's pictures start anew.
        public let resetsInSeconds: Double
        /// The plan's burst; nil: no limit.
        public let burst: Int?
        /// How many pictures of the burst would be accepted at once; nil: no limit.
        public let burstRemaining: Int?
        /// When the whole burst would be taken again.
        public let burstResetsInSeconds: Double
        /// Thousandths of a credit that are left; nil: it does not pay in advance.
        public let millicredits: Int64?

        /// nil: no limit.
        public var remaining: Int? { allowance.map { max(0, $0 - usedToday) } }
    }

    static let dayMicroseconds: Int64 = 86_400_000_000

    /// Makes an account known. Its plan must exist.
    public mutating func open(_ profile: AccountProfile, at now: Instant) -> AccountHandle {
        precondition(configuration.plans.indices.contains(profile.plan), "an account's plan must exist")
        var state = AccountState()
        state.plan = Int32(profile.plan)
        state.allowanceOverride = profile.dailyAllowance.map { Int32(clamping: $0) }
        state.usedToday = Int32(clamping: profile.usedToday)
        state.day = day(now.microseconds)
        state.millicredits = profile.millicredits
        let (place, generation) = accounts.insert(state)
        return AccountHandle(index: UInt32(place), generation: generation)
    }

    /// Changes an account's plan, allowance or credits from now on. Jobs that it has in flight keep their place.
    public mutating func update(
        _ account: AccountHandle,
        plan: PlanIndex,
        dailyAllowance: Int?,
        addedMillicredits: Int64?
    ) {
        guard let place = place(account), configuration.plans.indices.contains(plan) else { return }
        accounts[place].plan = Int32(plan)
        accounts[place].allowanceOverride = dailyAllowance.map { Int32(clamping: $0) }
        guard let addedMillicredits else {
            accounts[place].millicredits = nil
            return
        }
        let (sum, overflows) = (accounts[place].millicredits ?? 0).addingReportingOverflow(addedMillicredits)
        accounts[place].millicredits = overflows ? .max : sum
    }

    /// Closes an account that has nothing in flight.
    ///
    /// - Returns: whether it was closed.
    @discardableResult
    public mutating func close(_ account: AccountHandle) -> Bool {
        guard let place = place(account), accounts[place].activeJobs == 0 else { return false }
        var flow = Int(accounts[place].firstFlow)
        while flow >= 0 {
            let next = Int(flows[flow].nextOfAccount)
            flows.remove(flow)
            flow = next
        }
        accounts.remove(place)
        return true
    }

    /// How an account stands; nil when it is closed.
    public func standing(of account: AccountHandle, at now: Instant) -> Standing? {
        guard let place = place(account) else { return nil }
        let state = accounts[place]
        let plan = configuration.plans[Int(state.plan)]
        let today = day(now.microseconds)
        let timeOfDay = now.microseconds + timeOfDayOffset
        return Standing(
            plan: Int(state.plan),
            activeJobs: Int(state.activeJobs),
            absentJobs: Int(state.absentJobs),
            allowance: state.allowanceOverride.map(Int.init) ?? plan.dailyAllowance,
            usedToday: state.day >= today ? Int(state.usedToday) : 0,
            resetsInSeconds: Double(Self.dayMicroseconds - timeOfDay % Self.dayMicroseconds) / 1_000_000,
            burst: plan.picturesPerSecond == nil ? nil : plan.burst,
            burstRemaining: plan.picturesPerSecond.map { rate in
                RateLimit.remaining(
                    theoreticalArrival: state.theoreticalArrival,
                    now: now.microseconds,
                    picturesPerSecond: rate,
                    burst: plan.burst
                )
            },
            burstResetsInSeconds: Double(max(0, state.theoreticalArrival - now.microseconds)) / 1_000_000,
            millicredits: state.millicredits
        )
    }

    /// Changes a plan while jobs wait: tightened and loosened limits count from the next demand.
    ///
    /// A plan with a ``Plan/problem``, or of another rank than before, is not taken.
    ///
    /// - Returns: whether it was taken.
    @discardableResult
    public mutating func replace(plan index: PlanIndex, with plan: Plan) -> Bool {
        guard configuration.plans.indices.contains(index), plan.problem == nil else { return false }
        // Ranks decide who may take whose slot; they stay as long as the scheduler lives.
        guard plan.rank == configuration.plans[index].rank else { return false }
        configuration.plans[index] = plan
        governor.replace(paths: Self.paths(configuration))
        // A task may get another rung now, and join a batch that it did not fit.
        wakeAnother()
        return true
    }

    func place(_ account: AccountHandle) -> Int? { accounts.place(account.index, account.generation) }

    /// Says what the time of day is, for a shell whose events come with another clock: one that nobody can set. Allowances
    /// are for days of it, and nothing else asks for it. Until the first call the two are the same.
    public mutating func setTimeOfDay(_ timeOfDay: Instant, at now: Instant) {
        timeOfDayOffset = timeOfDay.microseconds - now.microseconds
    }

    /// The day that a moment lies on.
    func day(_ moment: Int64) -> Int32 { Int32(clamping: (moment + timeOfDayOffset) / Self.dayMicroseconds) }

    /// Begins a new day for an account when there is one. A clock that is set back begins none.
    @inline(__always)
    mutating func turnDay(_ account: Int, _ now: Int64) {
        let today = day(now)
        guard accounts[account].day < today else { return }
        accounts[account].day = today
        accounts[account].usedToday = 0
    }
}
