internal import SurgeCore

/// Clients, and the records behind every answer to them.
extension Stage {
    func demand(_ label: Int, _ account: AccountHandle, _ ask: Ask) -> Demand {
        let word = ask.twin ?? label
        return Demand(
            account: account,
            model: ask.model,
            wantedRung: ask.rung,
            taskCount: ask.tasks,
            size: ask.size,
            shape: ask.shape,
            // Some fall into one place of a table on purpose.
            fingerprint: ask.isNamed ? UInt64(word + 1) << (word % 3 == 0 ? 40 : 0) : 0,
            isDetached: ask.isDetached
        )
    }

    /// The account in the scheduler; opened with what the records say of its day.
    mutating func open(_ account: Int) -> AccountHandle {
        if let known = accounts[account] { return known }
        let handle = harness.open(records.kept(account, onDay: harness.instant.day).profile)
        accounts[account] = handle
        return handle
    }

    mutating func request(_ label: Int, _ account: Int, _ ask: Ask) {
        guard asks[label] == nil, records.accounts.indices.contains(account) else { return }
        asks[label] = (account, ask)
        submit(label, account, ask)
    }

    /// The same request again: its own job is found, wherever it is; one that was never accepted is new.
    mutating func again(_ label: Int) {
        guard let (account, ask) = asks[label], records.jobs[label]?.end == nil, !endedHere.contains(label) else {
            return
        }
        // What is on the disk only, and not in the process, is found by the shell.
        if records.jobs[label] != nil, handles[label] == nil { return }
        // Without a fingerprint it would be another job: that of another label.
        if handles[label] != nil, !ask.isNamed { return }
        submit(label, account, ask)
    }

    private mutating func submit(_ label: Int, _ account: Int, _ ask: Ask) {
        let handle = open(account)
        let verdict = harness.submit(demand(label, handle, ask))
        switch verdict {
        case .run(let job, let outlook), .queued(let job, let outlook), .deferred(let job, let outlook):
            handles[label] = job
            labels[job] = label
            mix(UInt64(label), outlook.estimate.highSeconds.bitPattern)
            let record = StageRecords.Job(
                label: label,
                account: account,
                ask: ask,
                createdAt: harness.now,
                deadline: harness.scheduler.deadline(of: job)?.microseconds
            )
            queue.append(.accept(record, job))
            note(.core) { _ in "j\(label) waits at place \(outlook.position)" }
        case .joined(let job):
            note(.core) { "joins \($0.name(job))" }
            if labels[job] != label {
                violations.append(report(.nothingForgotten, "job j\(label) was taken for another one"))
            }
        case .refused(let refusal):
            mix(UInt64(label), UInt64(refusal.retryAfterSeconds))
            note(.core) { _ in "refuses j\(label): \(refusal.reason), \(refusal.retryAfterSeconds) s" }
        }
    }

    /// The door, before a request is read.
    mutating func precheck(_ account: Int, _ model: Int, _ isDetached: Bool) {
        guard records.accounts.indices.contains(account) else { return }
        let handle = open(account)
        harness.precheck(handle, model: model, isDetached: isDetached)
    }

    mutating func replace(_ plan: Int, _ new: Plan) {
        guard records.plans.indices.contains(plan) else { return }
        if harness.replace(plan: plan, with: new) { records.plans[plan] = new }
    }

    mutating func change(_ account: Int, _ plan: Int, _ allowance: Int?, _ granted: Int?) {
        guard records.accounts.indices.contains(account) else { return }
        let before = records.accounts[account]
        records.accounts[account].plan = plan
        records.accounts[account].allowance = allowance
        records.accounts[account].granted = granted.map { (before.granted ?? before.spent) + $0 }
        guard let handle = accounts[account] else { return }
        harness.update(handle, plan: plan, allowance: allowance, added: granted.map(Int64.init))
    }

    /// What is put off stays put off over a restart.
    mutating func hold(_ name: HoldName, _ until: Int64?) {
        records.holds.removeAll { $0.name == name }
        if let until { records.holds.append((name, until)) }
        harness.hold(name, until: until)
    }

    mutating func close(_ account: Int) {
        guard let handle = accounts[account] else { return }
        // An account whose last ends are not on the disk yet would be opened again without them.
        let isSettled = queue.allSatisfy { change in
            guard case .settle(let label, _) = change else { return true }
            return asks[label]?.account != account
        }
        if isSettled, untold.isEmpty, harness.close(handle) { accounts[account] = nil }
    }

    // MARK: The disk

    /// The oldest changes share one commit.
    mutating func commit(_ count: Int, _ fate: CommitFate) {
        for job in toldLast { harness.confirm(job) }
        toldLast = []
        let heard = untold
        untold = []
        for change in heard { notify(change, isDurable: true) }
        let group = Array(queue.prefix(count))
        queue.removeFirst(group.count)
        for change in group {
            if fate != .failed { write(change) }
            if fate == .untold { untold.append(change) } else { notify(change, isDurable: fate == .durable) }
        }
    }

    private mutating func write(_ change: StageRecords.Change) {
        switch change {
        case .accept(let job, _): records.accept(job)
        case .settle(let label, let end):
            if records.jobs[label]?.end == nil, records.settle(label, end) { return }
            // One that failed to become durable has nothing to end.
            guard records.jobs[label] != nil else { return }
            violations.append(report(.paidOnce, "the end of job j\(label) was written twice"))
        }
    }

    private mutating func notify(_ change: StageRecords.Change, isDurable: Bool) {
        guard case .accept(_, let job) = change else { return }
        guard isDurable else { return harness.withdraw(job) }
        harness.confirm(job)
        if job.index % 4 == 0 { toldLast.append(job) }
    }
}
