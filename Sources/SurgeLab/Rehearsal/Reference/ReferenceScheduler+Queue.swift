internal import SurgeCore

/// The fair order within a lane and between lanes.
extension ReferenceScheduler {
    func enqueue(_ job: ReferenceJob, atFront: Bool) {
        guard !job.pending.isEmpty, !job.isInFlow else { return }
        job.isInFlow = true
        let flow = job.flow
        let wasWaiting = flow.waitingTasks > 0
        flow.jobs.insert(job, at: atFront ? 0 : flow.jobs.count)
        changed(flow, wasWaiting: wasWaiting)
    }

    func unlink(_ job: ReferenceJob) {
        guard job.isInFlow else { return }
        job.isInFlow = false
        job.flow.jobs.removeAll { $0 === job }
        changed(job.flow, wasWaiting: true)
    }

    /// Hands one of a job's tasks out.
    func handOut(_ job: ReferenceJob, first: Int?, charge: Double) -> (task: Int, laneCharge: Double) {
        let (flow, lane) = (job.flow, job.flow.lane)
        let task = first ?? job.pending.min() ?? 0
        job.pending.remove(task)
        if job.pending.isEmpty {
            job.isInFlow = false
            flow.jobs.removeAll { $0 === job }
        }
        flow.service += charge
        let laneCharge = charge / weight(lane)
        lane.service += laneCharge
        lane.servedTasks += 1
        changed(flow, wasWaiting: true)
        return (task, laneCharge)
    }

    /// A task that was handed out is to be handed out again; `share` of its charge is given back.
    func takeBack(_ job: ReferenceJob, _ task: ReferenceTask, share: Double) {
        let (flow, lane) = (job.flow, job.flow.lane)
        flow.service -= task.charge * share
        lane.service -= task.laneCharge * share
        lane.servedTasks -= 1
        let wasWaiting = flow.waitingTasks > 0
        job.pending.insert(task.task)
        if lane.heap.contains(flow) { refresh(flow) }
        guard job.phase.isWaiting else { return }
        if job.isInFlow { changed(flow, wasWaiting: wasWaiting) } else { enqueue(job, atFront: true) }
    }

    /// A plan's weight is shared by its lanes that are not held, by how many accounts wait in each.
    func weight(_ lane: ReferenceLane) -> Double {
        let weight = plan(of: lane).weight
        guard configuration.models.count > 1 else { return weight }
        let total = lanes.filter { $0.plan == lane.plan && !$0.isHeld }.reduce(0) { $0 + $1.heap.flows.count }
        let own = max(1, lane.heap.flows.count)
        return weight * Double(own) / Double(max(own, total))
    }

    // MARK: The order

    private func changed(_ flow: ReferenceFlow, wasWaiting: Bool) {
        switch (wasWaiting, flow.waitingTasks > 0) {
        case (false, true): activate(flow)
        case (true, true): refresh(flow)
        case (true, false): deactivate(flow)
        case (false, false): break
        }
    }

    private func key(_ flow: ReferenceFlow) -> Double {
        isFair ? flow.service : flow.jobs.first.map { Double($0.submittedAt) } ?? .infinity
    }

    /// Whoever had nothing waiting begins where the others are: no credit is saved up, no debt is forgiven.
    private func activate(_ flow: ReferenceFlow) {
        let lane = flow.lane
        if lane.heap.flows.isEmpty { lift(lane) }
        flow.service = max(flow.service, lane.virtualTime)
        flow.order = lane.nextOrder
        lane.nextOrder += 1
        flow.key = key(flow)
        lane.heap.insert(flow)
        advance(lane)
    }

    private func refresh(_ flow: ReferenceFlow) {
        flow.key = key(flow)
        flow.lane.heap.update(flow)
        advance(flow.lane)
    }

    private func deactivate(_ flow: ReferenceFlow) {
        let lane = flow.lane
        lane.heap.remove(flow)
        guard lane.heap.flows.isEmpty else { return advance(lane) }
        lane.virtualTime = max(lane.virtualTime, flow.service)
        if !lane.isHeld { settleRank(lane) }
    }

    func settleRank(_ lane: ReferenceLane) {
        // The last lane of its rank to run empty: the next one to come begins where it left.
        let equals = equals(of: lane)
        guard !equals.contains(where: \.isOpen) else { return }
        for other in equals { other.service = max(other.service, lane.service) }
    }

    private func advance(_ lane: ReferenceLane) {
        if isFair, let first = lane.heap.flows.first { lane.virtualTime = max(lane.virtualTime, first.key) }
    }

    func lift(_ lane: ReferenceLane) {
        let waiting = equals(of: lane).filter(\.isOpen)
        if let least = waiting.map(\.service).min() { lane.service = max(lane.service, least) }
    }

    /// The other lanes of its rank.
    private func equals(of lane: ReferenceLane) -> [ReferenceLane] {
        lanes.filter { $0 !== lane && plan(of: $0).rank == plan(of: lane).rank }
    }
}
