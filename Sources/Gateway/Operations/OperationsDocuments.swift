internal import Inference
internal import NIOCore
internal import Service
internal import SurgeCore

/// What `/ops` shows, as JSON.
struct OperationsDocuments: Sendable {
    /// What a device-hour costs, for the sum that is shown.
    struct Price: Sendable {
        var perDeviceHour = 0.0
        var currency = "EUR"
    }

    let service: JobService
    let guestAdmission: GuestAdmission
    let price: Price
    let planNames: [String]
    let version: String

    func state() async -> [UInt8] {
        let state = await service.operationsState()
        var writer = JSONWriter(capacity: 8_192)
        writer.add("at", state.at.seconds)
        writer.add("started_at", state.startedAt.unixSeconds)
        writer.add("version", version)
        writer.add("accepting", state.isAccepting)
        writer.add("waiting_jobs", state.waitingJobs)
        writer.add("running_pictures", state.runningTasks)
        writer.add("governor", json: Self.governor(state.governor))
        writer.add("plans", array: state.plans.map(Self.plan))
        writer.add("models", array: state.models.map(Self.model))
        writer.add("workers", array: state.workers.map { Self.worker($0, at: state.steadyAt) })
        writer.add("heavy", array: state.heavy.map(Self.heavy))
        var cost = JSONWriter()
        cost.add("device_seconds", state.deviceSeconds.rounded3)
        cost.add("wasted_device_seconds", state.wastedSeconds.rounded3)
        cost.add("price_per_device_hour", price.perDeviceHour)
        cost.add("currency", price.currency)
        writer.add("cost", json: cost.finish())
        let counts = guestAdmission.counts
        var guests = JSONWriter()
        guests.add("made", counts.made)
        guests.add("refused", counts.refused)
        guests.add("proof_bits", counts.bits)
        writer.add("guests", json: guests.finish())
        return writer.finish()
    }

    private static func governor(_ report: GovernorReport) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("capacity", report.capacity.rounded3)
        writer.add("budget", report.budget.rounded3)
        writer.add("demand_top", report.topDemand.rounded3)
        writer.add("demand_floor", report.floorDemand.rounded3)
        writer.add("delay_ratio", report.delayRatio.rounded3)
        writer.add("is_short", report.isShort)
        return writer.finish()
    }

    private static func plan(_ state: OperationsState.OfPlan) -> [UInt8] {
        let (plan, status, counts) = (state.plan, state.status, state.counts)
        var writer = JSONWriter(capacity: 2_048)
        writer.add("name", plan.name)
        writer.add("rank", plan.rank)
        writer.add("waiting_pictures", status.waitingTasks)
        writer.add("delay_seconds", status.delaySeconds.rounded3)
        writer.add("target_delay_seconds", plan.targetDelaySeconds)
        writer.add("patience_seconds", plan.patienceSeconds)
        writer.add("horizon_seconds", plan.horizonSeconds)
        writer.add("eta_low_seconds", (status.outlook?.estimate.lowSeconds).map(\.rounded3))
        writer.add("eta_high_seconds", (status.outlook?.estimate.highSeconds).map(\.rounded3))
        writer.add("deferring", status.isDeferring)
        writer.add("refusing", status.outlook == nil)
        writer.add("held_until", state.heldUntil?.unixSeconds)
        writer.add("why", status.reason?.sentence ?? "nothing was asked for yet")
        writer.add(
            "rungs",
            array: zip(status.rungs, state.qualities).map { mix, quality in
                var writer = JSONWriter()
                writer.add("model", mix.model)
                writer.add("rung", mix.lower)
                writer.add("better_rung", mix.upper)
                writer.add("better_share", mix.upperShare.rounded3)
                writer.add("level", mix.level.rounded3)
                writer.add("quality", quality.rounded3)
                return writer.finish()
            }
        )
        writer.add("settings", json: settings(plan))
        writer.add("configured_settings", json: settings(state.configured))
        writer.add("changed_settings", json: JSONText.encode(state.changes))
        var numbers = JSONWriter()
        numbers.add("accepted", counts.accepted)
        numbers.add("deferred", counts.deferred)
        numbers.add("joined", counts.joined)
        numbers.add("pictures", counts.pictures)
        numbers.add("lowered", counts.lowered)
        let refused = Refusal.Reason.allCases.map { ($0.rawValue, counts.refused(for: $0)) }
        numbers.add("refused", json: JSONText.encode(Dictionary(uniqueKeysWithValues: refused)))
        let ended = JobEnd.Reason.allCases.map { ($0.rawValue, counts.ended(for: $0)) }
        numbers.add("ended", json: JSONText.encode(Dictionary(uniqueKeysWithValues: ended)))
        numbers.add("estimates", status.estimateOutcomes)
        numbers.add("estimates_held", status.estimateHits)
        writer.add("counts", json: numbers.finish())
        return writer.finish()
    }

    private static func settings(_ plan: Plan) -> [UInt8] {
        let fields = PlanSettings.Field.allCases.filter(\.canChangeWhileRunning)
        let settings = fields.map { ($0.rawValue, PlanSettings.text($0, of: plan)) }
        return JSONText.encode(Dictionary(uniqueKeysWithValues: settings))
    }

    private static func model(_ model: OperationsState.OfModel) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("id", model.entry.manifest.id)
        writer.add("kind", model.entry.manifest.kind)
        writer.add("held_until", model.heldUntil?.unixSeconds)
        writer.add(
            "rungs",
            array: model.entry.ladder.rungs.map { rung in
                var writer = JSONWriter()
                writer.add("name", rung.name)
                writer.add("quality", rung.quality)
                writer.add("cost_device_seconds", rung.costDeviceSeconds)
                return writer.finish()
            }
        )
        return writer.finish()
    }

    private static func worker(_ worker: OperationsState.OfWorker, at now: Instant) -> [UInt8] {
        let status = worker.status
        var writer = JSONWriter(capacity: 1_024)
        writer.add("name", status.name)
        writer.add("slots", status.slots)
        writer.add("usable_slots", status.usableSlots)
        writer.add("draining", status.isDraining)
        writer.add("temperature_celsius", status.health.temperatureCelsius)
        writer.add("throttling", status.health.throttling)
        writer.add("speed", status.speed.rounded3)
        writer.add("held_until", status.heldUntil?.unixSeconds)
        writer.add("models", json: JSONText.encode(status.models))
        writer.add(
            "running",
            array: zip(status.running, worker.jobs).map { task, job in
                var writer = JSONWriter()
                writer.add("job", job?.rawValue)
                writer.add("model", task.model)
                writer.add("rung", task.rung)
                writer.add("steps_done", task.stepsDone)
                writer.add("seconds", max(0, now.seconds(since: task.startedAt)).rounded3)
                writer.add("expected_seconds", task.expectedSeconds.rounded3)
                return writer.finish()
            }
        )
        return writer.finish()
    }

    private static func heavy(_ heavy: OperationsState.Heavy) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("account", heavy.account.rawValue)
        writer.add("name", heavy.name)
        writer.add("plan", heavy.plan)
        writer.add("device_seconds", heavy.deviceSeconds.rounded3)
        writer.add("share", heavy.share.rounded3)
        writer.add("active_jobs", heavy.activeJobs)
        return writer.finish()
    }

    // MARK: The last hour

    /// One column a sample: what charts want, at a fraction of the size of one object a sample.
    func history(minutes: Int) async -> [UInt8] {
        struct OfPlan: Encodable {
            let asked: [Double]
            let delivered: [Double]
            let refused: [Double]
            let waiting: [Int]
            let delay: [Double]
            let quality: [Double]
        }
        struct Document: Encodable {
            let interval_seconds: Int
            let at: [Double]
            let capacity: [Double]
            let demand_top: [Double]
            let demand_floor: [Double]
            let device_seconds: [Double]
            let wasted: [Double]
            let sign_ups: [Double]
            let estimates: [Double]
            let estimates_held: [Double]
            let refused: [String: [Double]]
            let plans: [String: OfPlan]
        }
        let interval = OperationsHistory.intervalSeconds
        let samples = await service.operationsHistory().samples.suffix(minutes * 60 / interval)
        func column(_ value: (OperationsHistory.Sample) -> Double) -> [Double] { samples.map { value($0).rounded3 } }
        let plans = planNames.enumerated().map { index, name in
            let own = samples.map { $0.plans[index] }
            return (
                name,
                OfPlan(
                    asked: own.map(\.asked.rounded3),
                    delivered: own.map(\.delivered.rounded3),
                    refused: own.map(\.refused.rounded3),
                    waiting: own.map(\.waiting),
                    delay: own.map(\.delaySeconds.rounded3),
                    quality: own.map(\.quality.rounded3)
                )
            )
        }
        let refused = Refusal.Reason.allCases.enumerated().map { index, reason in
            (reason.rawValue, column { $0.refused[index] })
        }
        return JSONText.encode(
            Document(
                interval_seconds: interval,
                at: samples.map(\.at.seconds),
                capacity: column(\.capacity),
                demand_top: column(\.topDemand),
                demand_floor: column(\.floorDemand),
                device_seconds: column(\.deviceSeconds),
                wasted: column(\.wastedSeconds),
                sign_ups: column(\.signUps),
                estimates: column(\.estimates),
                estimates_held: column(\.estimatesHeld),
                refused: Dictionary(uniqueKeysWithValues: refused),
                plans: Dictionary(uniqueKeysWithValues: plans)
            )
        )
    }
}

extension Instant {
    /// Unix seconds, to the millisecond.
    fileprivate var seconds: Double { Double(microseconds / 1_000) / 1_000 }
}
