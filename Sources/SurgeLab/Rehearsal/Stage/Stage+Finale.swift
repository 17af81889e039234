internal import SurgeCore

/// Faults stop, and everybody is well: everything that was accepted must end, once, and the books must agree.
extension Stage {
    private static let stepMicroseconds: Int64 = 50_000

    mutating func finale() {
        guard isSound else { return }
        note(.core, "faults stop: all is to end")
        script?.isOpen = false
        var turns = 0
        var idleTurns = 0
        while isSound, idleTurns < 3 {
            rest(turns)
            let isOver = harness.scheduler.liveJobCount == 0 && queue.isEmpty && untold.isEmpty
            idleTurns = isOver ? idleTurns + 1 : 0
            turns += 1
            // The clock is put right: what ends by a deadline that was told does not have to end before.
            if turns == 400 { harness.now = max(harness.now, latest) }
            if turns > 30_000 {
                let left = harness.scheduler.liveJobCount
                return violations.append(report(.nothingForgotten, "\(left) jobs do not end when all is well again"))
            }
        }
        guard isSound else { return }
        harness.checkClosely()
        collect(.tick)
        checkEnds()
    }

    private mutating func collect(_ what: Event) {
        apply(Moment(at: harness.now, what: what))
    }

    /// One small step of a world without faults.
    private mutating func rest(_ turns: Int) {
        apply(Moment(at: harness.now + Self.stepMicroseconds, what: .commit(count: .max, .durable)))
        for worker in settings.world.workers.indices where isSound {
            if !isKnown(worker) { collect(.join(worker: worker)) }
            if turns == 0 {
                if workers[worker]?.isDraining == true { collect(.drain(worker: worker, false)) }
                collect(.report(worker: worker, WorkerHealth()))
            } else if turns % 20 == 0 {
                collect(.report(worker: worker, WorkerHealth()))
            }
            if settings.world.workers[worker].sharesBatch, workers[worker]?.held.isEmpty == false {
                collect(.step(worker: worker))
            }
            for name in workers[worker]?.held ?? [] where isSound { collect(.finish(name, .done)) }
            collect(.fill(worker: worker))
        }
        if turns % 5 == 0 { collect(.tick) }
    }

    private mutating func checkEnds() {
        for job in records.unfinished {
            // Its end may have been lost with a commit that failed: the next start takes it up again.
            if endedHere.contains(job.label) { continue }
            violations.append(report(.nothingForgotten, "job j\(job.label) was accepted and has never ended"))
        }
        if harness.scheduler.runningTaskCount != 0 || harness.scheduler.waitingJobCount != 0 {
            violations.append(report(.nothingForgotten, "tasks run or wait when no job is left"))
        }
        for (account, handle) in accounts.sorted(by: { $0.key < $1.key }) {
            guard let standing = harness.scheduler.standing(of: handle, at: harness.instant) else { continue }
            if standing.activeJobs != 0 || standing.absentJobs != 0 {
                violations.append(report(.paidOnce, "account a\(account) has jobs when no job is left"))
            }
        }
    }
}
