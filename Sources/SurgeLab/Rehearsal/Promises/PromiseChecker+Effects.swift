internal import SurgeCore

/// What is to be done beside what calls return: promises 1, 9 and 11.
extension PromiseChecker {
    func effect(_ effect: Effect, at now: Instant) {
        switch effect {
        case .wake(let worker):
            guard Int(worker.index) < workers.count, workers[Int(worker.index)]?.handle == worker else { return }
            owed.insert(Int(worker.index))
        case .ended(let job, let end): ended(job, end, now)
        case .drop(let lease): dropped(lease)
        case .requeued(let job, let task): requeued(job, task)
        case .lost(let worker): removed(worker, isFault: true)
        }
    }

    private func requeued(_ handle: JobHandle, _ task: Int) {
        guard let index = index(of: handle), let job = jobs[index] else {
            return report(.nothingForgotten, "a task of a job that has ended was taken back")
        }
        let bit: UInt32 = 1 << UInt32(task)
        if job.limbo & bit == 0 { report(.nothingForgotten, "task \(task) of job \(index) was taken back from nobody") }
        change(index) { job in
            job.limbo &= ~bit
            job.pending |= bit
        }
    }

    private func ended(_ handle: JobHandle, _ end: JobEnd, _ now: Instant) {
        guard let index = index(of: handle), let job = jobs[index] else {
            return report(.nothingForgotten, "job \(handle.index) has ended again")
        }
        checkReason(end.reason, job, now)
        for case let worker? in workers {
            for lease in worker.leases where lease.job == handle && !lease.isDropped {
                report(.noDeadWork, "a task of a job that has ended goes on")
            }
        }
        if end.rung != job.given {
            report(.qualityOpenly, "a job has got \(job.given as Any), and is told \(end.rung as Any)")
        }
        settle(job, end)
        if end.reason == .completed, job.isPredicted {
            outcomes[job.plan] += 1
            let (low, high) = (Double(Float(job.told.lowSeconds)), Double(Float(job.told.highSeconds)))
            if low <= end.waitedSeconds, end.waitedSeconds <= high { insides[job.plan] += 1 }
        }
        touched.append(job.account)
        forget(index)
    }

    private func checkReason(_ reason: JobEnd.Reason, _ job: ModelJob, _ now: Instant) {
        let isRight =
            switch reason {
            case .completed: job.done.nonzeroBitCount == job.taskCount
            case .cancelled: event == .cancel(job.handle)
            case .abandoned: job.phase == .suspended && job.suspendedUntil <= now.microseconds
            case .expired: job.deadline <= now.microseconds || (event == .fill && job.pending != 0)
            case .failed: job.failures >= configuration.retryBudget || event == .failForGood(job.handle)
            case .quarantined: job.faults >= configuration.quarantineAfter
            case .withdrawn: event == .withdraw(job.handle)
            }
        if !isRight { report(.nothingForgotten, "job \(job.handle.index) has ended as \(reason) without cause") }
    }

    /// Allowance and credits: what was reserved is paid or given back.
    private func settle(_ job: ModelJob, _ end: JobEnd) {
        let isCompleted = end.reason == .completed
        accounts[job.account].active -= 1
        if !isCompleted, job.day == accounts[job.account].day { accounts[job.account].used -= job.taskCount }
        if end.pictures != (isCompleted ? job.taskCount : 0) {
            report(.paidOnce, "\(end.pictures) pictures count for a job of \(job.taskCount)")
        }
        let costs = configuration.models[job.model].ladder.rungs.map(\.costDeviceSeconds)
        let share = costs[job.given ?? job.wanted] / costs[job.wanted]
        let price = isCompleted ? min(job.reserved, Int((Double(job.reserved) * share).rounded())) : 0
        if end.millicredits != price { report(.paidOnce, "a job of \(price) millicredits costs \(end.millicredits)") }
        if job.isPrepaid, let balance = accounts[job.account].millicredits {
            accounts[job.account].millicredits = balance + Int64(job.reserved - end.millicredits)
        }
    }
}
