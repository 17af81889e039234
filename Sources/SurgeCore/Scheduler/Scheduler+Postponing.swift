/// A job whose task could not be done for a reason that may pass: nothing of it is begun again before a moment.
struct PostponedJob: Sendable, Codable {
    let job: Int32
    let generation: UInt32
    var until: Int64
}

/// Tasks that fail for a reason that may pass and is neither their worker's nor their own.
extension Scheduler {
    /// Takes a task back that could not be done now: its job is left alone until a moment, and the slot is free for others.
    /// Nobody is blamed: neither does it count as one of the job's failures, nor is the worker left alone for it. How often
    /// that may happen is the shell's to say; the job's deadline holds.
    ///
    /// - Parameters:
    ///   - lease: the task.
    ///   - moment: when it may be handed out again.
    ///   - keepsState: the worker keeps the task's state, and resumes from there.
    ///   - now: the time of the event.
    /// - Returns: false for what is late or told twice.
    @discardableResult
    public mutating func postpone(
        _ lease: LeaseID,
        until moment: Instant,
        keepsState: Bool = false,
        at now: Instant
    ) -> Bool {
        guard let (_, task) = takeOff(lease, at: now) else { return false }
        let time = now.microseconds
        defer { wakeIdle(time) }
        guard !task.isDropped, let job = jobs.place(UInt32(task.job), task.jobGeneration) else {
            waste(task)
            return false
        }
        jobs[job].runningCount -= 1
        statistics.requeues += 1
        if keepsState, task.stepsDone > 0 {
            statistics.spentSeconds += task.spentSeconds
            jobs[job].spentSeconds += Float(task.spentSeconds)
            keep(task, of: job)
        } else {
            waste(task)
            takeBack(job, task, share: 1)
        }
        hold(job, until: moment.microseconds)
        effects.append(.requeued(handle(job), task: Int(task.task)))
        return true
    }

    /// Takes a job out of its flow until a moment; the latest one counts.
    private mutating func hold(_ place: Int, until moment: Int64) {
        if let index = postponed.firstIndex(where: { isOf($0, place) }) {
            postponed[index].until = max(postponed[index].until, moment)
        } else {
            postponed.append(PostponedJob(job: Int32(place), generation: jobs[place].generation, until: moment))
        }
        guard jobs[place].phase == .active else { return }
        if jobs[place].pending != 0 {
            unlink(place)
            countWaiting(place, -1)
        }
        jobs[place].phase = .postponed
        countPostponed(place, tasks: jobs[place].pendingCount)
    }

    /// Whether its moment is still to come, whatever has become of its client.
    func isPostponed(_ place: Int) -> Bool { postponed.contains { isOf($0, place) } }

    private func isOf(_ entry: PostponedJob, _ place: Int) -> Bool {
        entry.job == Int32(place) && entry.generation == jobs[place].generation
    }

    /// At a tick: jobs whose moment has come stand first among their account's again.
    mutating func endPostponing(_ now: Int64) {
        guard postponed.contains(where: { $0.until <= now }) else { return }
        let due = postponed.filter { $0.until <= now }
        postponed.removeAll { $0.until <= now }
        for entry in due {
            // It may have ended, or its client may have gone.
            guard let place = jobs.place(UInt32(entry.job), entry.generation), jobs[place].phase == .postponed else {
                continue
            }
            countPostponed(place, tasks: -jobs[place].pendingCount)
            jobs[place].phase = .active
            guard jobs[place].pending != 0 else { continue }
            countWaiting(place, 1)
            enqueue(place, atFront: true)
        }
    }
}
