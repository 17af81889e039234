/// What a shell asks of single jobs.
extension Scheduler {
    /// When a job ends unfinished; nil when it has ended.
    public func deadline(of job: JobHandle) -> Instant? {
        place(job).map { place in
            let isSuspended = jobs[place].phase == .suspended
            return Instant(microseconds: isSuspended ? jobs[place].patientDeadline : jobs[place].deadline)
        }
    }

    /// Whether a job waits to be confirmed.
    public func isReserved(_ job: JobHandle) -> Bool {
        place(job).map { jobs[$0].phase == .reserved } ?? false
    }

    /// Whether the same request of the same account is in flight.
    public func isInFlight(_ demand: Demand) -> Bool {
        guard demand.fingerprint != 0, let account = place(demand.account) else { return false }
        return fingerprints.find(demand.fingerprint, account: Int32(account), jobs) != nil
    }

    /// How long a demand that came in now would take, in seconds, the rest of a hold included.
    ///
    /// - Parameters:
    ///   - demand: what would be asked for.
    ///   - now: what the rest of a hold is counted from; nil: the last time that the governor was at work.
    public func expectedWaitSeconds(of demand: Demand, at now: Instant? = nil) -> Double {
        guard let account = place(demand.account), configuration.models.indices.contains(demand.model) else { return 0 }
        let lane = laneIndex(Int(accounts[account].plan), demand.model)
        return forecast(
            lane: lane,
            flow: flow(of: account, lane: lane),
            taskSeconds: manifestCosts[demand.model][demand.wantedRung] * demand.size,
            taskCount: demand.taskCount,
            moment(now)
        ).seconds
    }

    /// The rung that an account's pictures get at least, as things stand; nil when the account is closed.
    public func governedRung(of account: AccountHandle, model: ModelIndex) -> RungIndex? {
        guard let place = place(account), configuration.models.indices.contains(model) else { return nil }
        return governor.mix(laneIndex(Int(accounts[place].plan), model)).lower
    }

    /// Why a plan's pictures of a model are where they are; nil before the governor's first look.
    public func governorReason(ofPlan plan: PlanIndex, model: ModelIndex) -> GovernorReport.Reason? {
        let lane = laneIndex(plan, model)
        return governor.report.reasons.indices.contains(lane) ? governor.report.reasons[lane] : nil
    }

    /// The mean quality, 0...1, of what the governor gives a plan's models.
    public func meanQuality(ofPlan plan: PlanIndex) -> Double {
        let models = configuration.models.indices
        let sum = models.reduce(0.0) { $0 + quality(ofPlan: plan, model: $1) }
        return sum / Double(models.count)
    }

    /// The quality, 0...1, that a plan's pictures of a model get on average.
    public func quality(ofPlan plan: PlanIndex, model: ModelIndex) -> Double {
        let ladder = configuration.models[model].ladder.rungs
        let mix = governor.mix(laneIndex(plan, model))
        return ladder[mix.lower].quality * (1 - mix.upperShare) + ladder[mix.upper].quality * mix.upperShare
    }

    /// How a plan stands, for pages and metrics.
    public struct PlanStatus: Hashable, Sendable, Codable {
        /// The plan's name.
        public let name: String
        /// Pictures that wait to be begun.
        public let waitingTasks: Int
        /// The smoothed delay before a picture is begun, in seconds, without what an operator's hold has added.
        public let delaySeconds: Double
        /// What a new account's single picture may expect; nil when it would be refused.
        public let outlook: Outlook?
        /// New jobs would be deferred: they wait for longer than a client that holds its connection.
        public let isDeferring: Bool
        /// The rungs that are given, by model, from the lower to the upper of the mix, and the upper one's share.
        public let rungs: [RungMix]
        /// Why the governor gives these rungs.
        public let reason: GovernorReport.Reason?
        /// Jobs that were told an interval and have ended.
        public let estimateOutcomes: Int
        /// Of these, the intervals that held.
        public let estimateHits: Int
    }

    /// What a lane's pictures get.
    public struct RungMix: Hashable, Sendable, Codable {
        /// The model's name.
        public let model: String
        /// The name of the lower rung of the mix.
        public let lower: String
        /// The name of the next rung; the lower one again at the top.
        public let upper: String
        /// The share of pictures that get the upper one, 0...1.
        public let upperShare: Double
        /// Its step on its own way up, from 0 at the floor.
        public let level: Double
    }

    /// How a plan stands, judged by its first model whose work is not held, or by the first when all is.
    ///
    /// - Parameters:
    ///   - plan: a place in ``Configuration/plans``.
    ///   - now: what the rest of a hold is counted from; nil: the last time that the governor was at work.
    public func status(ofPlan plan: PlanIndex, at now: Instant? = nil) -> PlanStatus {
        let settings = configuration.plans[plan]
        let own = configuration.models.indices.map { laneIndex(plan, $0) }
        let open = configuration.models.indices.first { !lanes[own[$0]].isHeld } ?? 0
        let first = own[open]
        let path = governor.paths[first]
        let forecast = forecast(
            lane: first,
            flow: nil,
            taskSeconds: manifestCosts[open][path[path.count - 1].rung],
            taskCount: 1,
            moment(now)
        )
        let expected = forecast.seconds * Self.predictionMargin
        let rungs = own.enumerated().map { model, lane -> RungMix in
            let ladder = configuration.models[model].ladder.rungs
            let mix = governor.mix(lane)
            return RungMix(
                model: configuration.models[model].name,
                lower: ladder[mix.lower].name,
                upper: ladder[mix.upper].name,
                upperShare: mix.upperShare,
                level: governor.levels[lane]
            )
        }
        return PlanStatus(
            name: settings.name,
            waitingTasks: own.reduce(0) { $0 + lanes[$1].waitingTasks },
            delaySeconds: delays[plan],
            outlook: expected > settings.horizonSeconds
                ? nil
                : Outlook(position: forecast.tasksBefore + 1, estimate: estimate(forecast, plan)),
            isDeferring: expected > settings.patienceSeconds,
            rungs: rungs,
            reason: governor.report.reasons.indices.contains(first) ? governor.report.reasons[first] : nil,
            estimateOutcomes: calibration.outcomes[plan],
            estimateHits: calibration.insides[plan]
        )
    }

    private func moment(_ now: Instant?) -> Int64 { now?.microseconds ?? lastTick ?? .max }

    /// How a worker stands, for an operator's pages.
    public struct WorkerStatus: Hashable, Sendable {
        /// A task in a worker's hands.
        public struct Task: Hashable, Sendable {
            /// The job that it belongs to.
            public let job: JobHandle
            /// The name of the model that runs it.
            public let model: String
            /// The name of its rung.
            public let rung: String
            /// Of the rung's steps; 0 for one that takes none.
            public let stepsDone: Int
            /// When it was handed out.
            public let startedAt: Instant
            /// What it should take of this worker from `startedAt` on, in seconds, by what is known now.
            public let expectedSeconds: Double
            /// It was taken from this worker, or its job has ended; the slot is taken until the worker lets go.
            public let isDropped: Bool
        }

        /// Names the worker in calls.
        public let handle: WorkerHandle
        /// As its profile says.
        public let name: String
        /// Tasks that it works on at the same time.
        public let slots: Int
        /// As many of them as its health allows.
        public let usableSlots: Int
        /// It gets no more tasks.
        public let isDraining: Bool
        /// As it reported last.
        public let health: WorkerHealth
        /// After errors it is given nothing until then; nil: it is.
        public let heldUntil: Instant?
        /// Seconds that it takes for one second of expected work.
        public let speed: Double
        /// The names of those that it can run.
        public let models: [String]
        /// In the order in which they were begun.
        public let running: [Task]
    }

    /// All workers there are, each at its place.
    public func fleet(at now: Instant) -> [WorkerStatus] {
        workers.places.map { place in
            let worker = workers[place]
            return WorkerStatus(
                handle: handle(worker: place),
                name: worker.profile.name,
                slots: worker.profile.slots,
                usableSlots: worker.usableSlots,
                isDraining: worker.isDraining,
                health: worker.health,
                heldUntil: worker.heldUntil > now.microseconds ? Instant(microseconds: worker.heldUntil) : nil,
                speed: worker.speed,
                models: configuration.models.indices
                    .filter { worker.models & (1 << UInt64($0)) != 0 }
                    .map { configuration.models[$0].name },
                running: worker.running.map { status($0, speed: worker.speed) }
            )
        }
    }

    private func status(_ task: RunningTask, speed: Double) -> WorkerStatus.Task {
        let (model, rung, batch) = (Int(task.model), Int(task.rung), Int(task.batch))
        let stated = configuration.models[model].ladder.rungs[rung]
        let whole = costs.seconds(model, rung, size: Double(task.size), batch: batch) * Double(batch) * speed
        let steps = stated.steps ?? 1
        return WorkerStatus.Task(
            job: JobHandle(index: UInt32(task.job), generation: task.jobGeneration),
            model: configuration.models[model].name,
            rung: stated.name,
            stepsDone: Int(task.stepsDone),
            startedAt: Instant(microseconds: task.startedAt),
            expectedSeconds: whole * (1 - Double(min(Int(task.stepsBefore), steps)) / Double(steps)),
            isDropped: task.isDropped
        )
    }
}
