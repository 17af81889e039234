internal import Metrics
internal import SurgeCore

/// What the service counts. The names are in `Docs/Operations.md`.
///
/// The core counts for itself; here its counts are turned into the registry's, by what was added since the last look.
struct ServiceMetrics: Sendable {
    private struct OfPlan: Sendable {
        let accepted: Counter
        let deferred: Counter
        let joined: Counter
        let pictures: Counter
        let lowered: Counter
        let refused: [Counter]
        let ended: [Counter]
        let estimates: Counter
        let estimateHits: Counter
        let waiting: Gauge
        let delay: Gauge
        let fairness: Gauge
        let levels: [Gauge]

        init(_ plan: String, models: [String]) {
            let own = [("plan", plan)]
            accepted = Counter(label: "heatsink_jobs_accepted_total", dimensions: own)
            deferred = Counter(label: "heatsink_jobs_deferred_total", dimensions: own)
            joined = Counter(label: "heatsink_jobs_joined_total", dimensions: own)
            pictures = Counter(label: "heatsink_plan_pictures_total", dimensions: own)
            lowered = Counter(label: "heatsink_pictures_lowered_total", dimensions: own)
            refused = Refusal.Reason.allCases.map {
                Counter(label: "heatsink_jobs_refused_total", dimensions: own + [("reason", $0.rawValue)])
            }
            ended = JobEnd.Reason.allCases.map {
                Counter(label: "heatsink_jobs_ended_total", dimensions: own + [("reason", $0.rawValue)])
            }
            estimates = Counter(label: "heatsink_estimates_total", dimensions: own)
            estimateHits = Counter(label: "heatsink_estimates_held_total", dimensions: own)
            waiting = Gauge(label: "heatsink_tasks_waiting", dimensions: own)
            delay = Gauge(label: "heatsink_delay_seconds", dimensions: own)
            fairness = Gauge(label: "heatsink_fairness_spread_seconds", dimensions: own)
            levels = models.map { Gauge(label: "heatsink_quality_level", dimensions: own + [("model", $0)]) }
        }
    }

    private let plans: [OfPlan]
    private let waitingJobs = Gauge(label: "heatsink_jobs_waiting")
    private let liveJobs = Gauge(label: "heatsink_jobs_live")
    private let runningTasks = Gauge(label: "heatsink_tasks_running")
    private let idleWorkers = Gauge(label: "heatsink_workers_idle_with_work")
    private let spent = FloatingPointCounter(label: "heatsink_device_seconds_total")
    private let wasted = FloatingPointCounter(label: "heatsink_wasted_device_seconds_total")
    private let preemptions = Counter(label: "heatsink_preemptions_total")
    private let requeues = Counter(label: "heatsink_tasks_requeued_total")
    private let capacity = Gauge(label: "heatsink_capacity_device_seconds")
    private let demand = Gauge(label: "heatsink_demand_device_seconds", dimensions: [("quality", "top")])
    private let floorDemand = Gauge(label: "heatsink_demand_device_seconds", dimensions: [("quality", "floor")])
    private let wait = Recorder(label: "heatsink_wait_seconds", aggregate: true)
    private var last: Statistics?
    private var lastEstimates: [(outcomes: Int, hits: Int)]

    init(configuration: Scheduler.Configuration) {
        plans = configuration.plans.map { OfPlan($0.name, models: configuration.models.map(\.name)) }
        lastEstimates = configuration.plans.map { _ in (0, 0) }
    }

    func started(waitedSeconds: Double) { wait.record(max(0, waitedSeconds)) }

    func painted(seconds: Double, rung: String) {
        Counter(label: "heatsink_pictures_total", dimensions: [("rung", rung)]).increment()
        Recorder(label: "heatsink_paint_seconds", dimensions: [("rung", rung)], aggregate: true).record(seconds)
    }

    mutating func measure(_ core: Scheduler) {
        waitingJobs.record(core.waitingJobCount)
        liveJobs.record(core.liveJobCount)
        runningTasks.record(core.runningTaskCount)
        let report = core.governor.report
        capacity.record(report.capacity)
        demand.record(report.topDemand)
        floorDemand.record(report.floorDemand)
        let now = core.statistics
        let before = last ?? Statistics(planCount: plans.count)
        last = now
        spent.increment(by: now.spentSeconds - before.spentSeconds)
        wasted.increment(by: now.wastedSeconds - before.wastedSeconds)
        preemptions.increment(by: now.preemptions - before.preemptions)
        requeues.increment(by: now.requeues - before.requeues)
        for plan in plans.indices {
            count(plan, now.plans[plan], since: before.plans[plan])
            gauge(plan, core.status(ofPlan: plan))
        }
    }

    private func count(_ plan: PlanIndex, _ now: Statistics.OfPlan, since before: Statistics.OfPlan) {
        let counters = plans[plan]
        counters.accepted.increment(by: now.accepted - before.accepted)
        counters.deferred.increment(by: now.deferred - before.deferred)
        counters.joined.increment(by: now.joined - before.joined)
        counters.pictures.increment(by: now.pictures - before.pictures)
        counters.lowered.increment(by: now.lowered - before.lowered)
        for (index, counter) in counters.refused.enumerated() {
            counter.increment(by: now.refused[index] - before.refused[index])
        }
        for (index, counter) in counters.ended.enumerated() {
            counter.increment(by: now.ended[index] - before.ended[index])
        }
    }

    private mutating func gauge(_ plan: PlanIndex, _ status: Scheduler.PlanStatus) {
        plans[plan].waiting.record(status.waitingTasks)
        plans[plan].delay.record(status.delaySeconds)
        for (gauge, mix) in zip(plans[plan].levels, status.rungs) { gauge.record(mix.level) }
        plans[plan].estimates.increment(by: status.estimateOutcomes - lastEstimates[plan].outcomes)
        plans[plan].estimateHits.increment(by: status.estimateHits - lastEstimates[plan].hits)
        lastEstimates[plan] = (status.estimateOutcomes, status.estimateHits)
    }

    /// What takes a look at every waiting account: seldom, and not when there are very many.
    func measureFairness(_ core: Scheduler, at now: Instant) {
        guard core.waitingJobCount < 100_000 else { return }
        idleWorkers.record(core.idleWorkers(at: now).count)
        let spreads = core.fairnessSpread()
        let models = core.configuration.models.count
        for plan in plans.indices {
            plans[plan].fairness.record(spreads[plan * models..<(plan + 1) * models].map(\.spread).max() ?? 0)
        }
    }
}
