internal import SurgeCore

/// Jobs that are left alone for a while, because of a fault that is neither theirs nor their worker's.
extension ReferenceScheduler {
    /// In the order of their names: sums come out the same in every run.
    var postponedJobs: [ReferenceJob] { jobs.values.filter { $0.phase == .postponed } }

    /// Whether a job's moment is still to come, whatever has become of its client.
    func isPostponed(_ job: ReferenceJob) -> Bool { postponed.contains { $0.job === job } }

    func postpone(_ lease: LeaseID, until moment: Instant, keepsState: Bool, returned: Bool, at now: Instant) {
        let isRight = postpone(lease, moment.microseconds, keepsState, now.microseconds)
        if isRight != returned { differ(.nothingForgotten, "a task was \(returned ? "" : "not ")taken as postponed") }
    }

    private func postpone(_ lease: LeaseID, _ moment: Int64, _ keepsState: Bool, _ now: Int64) -> Bool {
        guard let worker = worker(lease.worker),
            let index = worker.running.firstIndex(where: { $0.serial == lease.serial })
        else {
            statistics.staleMessages += 1
            return false
        }
        worker.account(to: now)
        worker.lastHeartbeat = max(worker.lastHeartbeat, now)
        let task = worker.running.remove(at: index)
        settleRunning(task, isLast: runningCount == 0)
        defer { wakeIdle(now) }
        let job = task.job
        guard !job.isOver, !task.isDropped else {
            waste(task)
            return false
        }
        job.runningCount -= 1
        statistics.requeues += 1
        if keepsState, task.stepsDone > 0 {
            statistics.spentSeconds += task.spentSeconds
            job.spentSeconds += Float(task.spentSeconds)
            keep(task)
        } else {
            waste(task)
            takeBack(job, task, share: 1)
        }
        leaveAlone(job, until: moment)
        effects.append(Told(.requeued, job: job.handle, task: task.task))
        return true
    }

    /// The latest moment counts.
    private func leaveAlone(_ job: ReferenceJob, until moment: Int64) {
        if let index = postponed.firstIndex(where: { $0.job === job }) {
            postponed[index].until = max(postponed[index].until, moment)
        } else {
            postponed.append((job, moment))
        }
        guard job.phase == .active else { return }
        unlink(job)
        job.phase = .postponed
    }

    /// At a tick: first among their account's again.
    func endPostponing(_ now: Int64) {
        let due = postponed.filter { $0.until <= now }
        postponed.removeAll { $0.until <= now }
        for entry in due where entry.job.phase == .postponed {
            entry.job.phase = .active
            enqueue(entry.job, atFront: true)
        }
    }

    /// What has to be done of it all the same, of this lane and of those that go before it or take turns with it.
    func postponedSeconds(before lane: ReferenceLane, except own: ReferenceJob?) -> Double {
        postponedJobs.reduce(0) { sum, job in
            let other = job.flow.lane
            guard job !== own else { return sum }
            if other !== lane {
                if isFair, plan(of: other).rank < plan(of: lane).rank { return sum }
                // What is held until later comes later.
                if let until = other.heldUntil, lane.heldUntil.map({ until > $0 }) ?? true { return sum }
            }
            return sum + taskSeconds(job) * Double(job.pending.count) * other.scale
        }
    }
}
