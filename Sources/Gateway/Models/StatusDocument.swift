internal import NIOCore
internal import Service
internal import SurgeCore

/// `/status`: how long it takes, how good it is, and why, in one document that anybody may read.
struct StatusDocument: Encodable {
    struct Plan: Encodable {
        let name: String
        let waiting_pictures: Int
        /// From being accepted to being begun, smoothed.
        let delay_seconds: Double
        /// What a newcomer's picture may expect; null when it would be refused.
        let eta_low_seconds: Double?
        let eta_high_seconds: Double?
        let deferring: Bool
        let refusing: Bool
        let rungs: [Mix]
        let why: String
    }

    /// The rungs that pictures of a model get now: a share of them the better one.
    struct Mix: Encodable {
        let model: String
        let rung: String
        let better_rung: String
        let better_share: Double
        /// 0...1: the mean of what is given.
        let quality: Double
    }

    struct Fleet: Encodable {
        let capacity_device_seconds_per_second: Double
        let demand_at_best_quality: Double
        let demand_at_lowest_quality: Double
        let running_pictures: Int
    }

    /// Unix seconds.
    private(set) var at: Int
    let accepting: Bool
    let waiting_jobs: Int
    let lowest_quality_does_not_fit: Bool
    let plans: [Plan]
    let fleet: Fleet

    init(_ status: SurgeStatus) {
        at = status.at.unixSeconds
        accepting = status.isAccepting
        waiting_jobs = status.waitingJobs
        lowest_quality_does_not_fit = status.governor.isShort
        plans = zip(status.plans, status.qualities).map(Plan.init)
        fleet = Fleet(
            capacity_device_seconds_per_second: status.governor.capacity.rounded3,
            demand_at_best_quality: status.governor.topDemand.rounded3,
            demand_at_lowest_quality: status.governor.floorDemand.rounded3,
            running_pictures: status.runningTasks
        )
    }
}

extension StatusDocument {
    /// The document, which counts as changed only when more than its time has.
    struct Told: Equatable, Sendable {
        let text: ByteBuffer
        private let essence: ByteBuffer

        init(_ document: StatusDocument) {
            text = JSONText.buffer(document)
            var timeless = document
            timeless.at = 0
            essence = JSONText.buffer(timeless)
        }

        static func == (left: Told, right: Told) -> Bool { left.essence == right.essence }
    }
}

extension StatusDocument.Plan {
    init(_ plan: Scheduler.PlanStatus, _ qualities: [Double]) {
        name = plan.name
        waiting_pictures = plan.waitingTasks
        delay_seconds = plan.delaySeconds.rounded3
        eta_low_seconds = (plan.outlook?.estimate.lowSeconds).map(\.rounded3)
        eta_high_seconds = (plan.outlook?.estimate.highSeconds).map(\.rounded3)
        deferring = plan.isDeferring
        refusing = plan.outlook == nil
        rungs = zip(plan.rungs, qualities).map { mix, quality in
            StatusDocument.Mix(
                model: mix.model,
                rung: mix.lower,
                better_rung: mix.upper,
                better_share: mix.upperShare.rounded3,
                quality: quality.rounded3
            )
        }
        why = plan.reason?.sentence ?? "nothing was asked for yet"
    }
}

extension Double {
    /// With three digits after the point; JSON has no word for what is no number.
    var rounded3: Double { isFinite ? (self * 1_000).rounded() / 1_000 : 0 }
}
