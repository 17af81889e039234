internal import SurgeCore

/// Steps of a batch: what nobody wants leaves, and lower classes make room for higher ones.
extension ReferenceScheduler {
    func step(_ handle: WorkerHandle, _ orders: StepOrders, at now: Instant) {
        guard let worker = worker(handle) else { return }
        worker.account(to: now.microseconds)
        worker.lastHeartbeat = max(worker.lastHeartbeat, now.microseconds)
        for index in worker.running.indices { worker.running[index].stepsDone += 1 }
        var dropped: [UInt64] = []
        for task in worker.running.reversed() where task.isDropped {
            worker.running.removeAll { $0.serial == task.serial }
            settleRunning(task, isLast: runningCount == 0)
            waste(task)
            dropped.append(task.serial)
        }
        if orders.dropped.map(\.serial) != dropped {
            differ(.noDeadWork, "to drop are \(dropped), and dropped are \(orders.dropped.map(\.serial))")
        }
        let victims = features.contains(.preemption) ? victims(worker, now.microseconds).sorted(by: >) : []
        let paused = victims.map { worker.running[$0] }
        if orders.paused.map(\.serial) != paused.map(\.serial) {
            differ(.prompt, "to pause are \(paused.map(\.serial)), and paused are \(orders.paused.map(\.serial))")
        }
        for task in paused {
            worker.running.removeAll { $0.serial == task.serial }
            settleRunning(task, isLast: runningCount == 0)
            pause(task)
        }
        let told = orders.dropped + orders.paused
        if told.contains(where: { $0.worker != handle }) { differ(.noDeadWork, "an order names another worker") }
    }

    private func pause(_ task: ReferenceTask) {
        statistics.spentSeconds += task.spentSeconds
        let job = task.job
        guard !job.isOver else { return }
        statistics.preemptions += 1
        job.runningCount -= 1
        job.spentSeconds += Float(task.spentSeconds)
        keep(task)
    }

    /// What the task has got to stays with its worker; its job is given back what it did not receive.
    func keep(_ task: ReferenceTask) {
        let job = task.job
        job.paused.append(.init(task: task.task, stepsDone: task.stepsDone))
        let steps = steps(task.model, task.rung)
        let (before, done) = (min(steps, task.stepsBefore), min(steps, task.stepsDone))
        takeBack(job, task, share: before < steps ? Double(steps - done) / Double(steps - before) : 0)
    }

    /// Of the lowest classes, the last to have begun, one for each that waits above them and would be taken here.
    private func victims(_ worker: ReferenceWorker, _ now: Int64) -> [Int] {
        let running = worker.running
        guard let lowest = running.map(\.rank).min(), !worker.isDraining, worker.heldUntil <= now,
            !worker.health.isShortOfMemory
        else { return [] }
        let above =
            lanes
            .filter { $0.isOpen && plan(of: $0).rank > lowest && worker.models.contains($0.model) }
            .sorted { (plan(of: $1).rank, $0.index) < (plan(of: $0).rank, $1.index) }
        var free = worker.usableSlots - running.count
        // The first to go at the end: the lowest rank, then the last to have begun.
        var order = running.indices.sorted { left, right in
            (running[right].rank, running[left].startedAt, left) < (running[left].rank, running[right].startedAt, right)
        }
        var pausing: [Int] = []
        for lane in above {
            let rank = plan(of: lane).rank
            for flow in lane.heap.flows.prefix(16) {
                switch suit(flow.jobs[0], worker, now) {
                case .elsewhere, .hopeless: continue
                case .otherBatch:
                    if running.allSatisfy({ $0.rank < rank }) { return Array(running.indices) }
                    let slots = worker.profile.slots
                    if worker.batchSkips >= slots || lane.outOfTurn >= slots - 1 { return pausing }
                case .rung:
                    let isShared = worker.profile.sharesBatch
                    var tasks = isShared ? flow.jobs[0].pending.count : flow.waitingTasks
                    while tasks > 0 {
                        if free <= 0 {
                            guard let last = order.last, running[last].rank < rank else { break }
                            pausing.append(order.removeLast())
                            free += 1
                        }
                        // Slots that are lost to heat are made up for first.
                        if free > 0 {
                            free -= 1
                            tasks -= 1
                        }
                    }
                    if tasks > 0, !isShared { return pausing }
                }
            }
        }
        return pausing
    }
}
