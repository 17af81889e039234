internal import SurgeCore

/// Workers, and what is said to them and by them.
extension Stage {
    mutating func join(_ worker: Int) {
        guard settings.world.workers.indices.contains(worker) else { return }
        // Back under the same name: what it had is lost.
        if let known = workers.removeValue(forKey: worker) { harness.remove(known.handle, isFault: true) }
        workers[worker] = Worker(handle: harness.join(settings.world.workers[worker]))
    }

    mutating func fill(_ worker: Int) {
        guard let handle = workers[worker]?.handle else { return }
        hold(harness.fill(handle), worker)
    }

    private mutating func hold(_ assigned: [Assignment], _ worker: Int) {
        for assignment in assigned {
            guard let label = labels[assignment.job] else { continue }
            let attempt = (attempts[label]?[assignment.task] ?? 0) + 1
            attempts[label, default: [:]][assignment.task] = attempt
            let name = TaskName(job: label, task: assignment.task, attempt: attempt)
            leases[name] = assignment.lease
            assignments[name] = assignment
            workers[worker]?.held.append(name)
            note(.worker(worker)) { _ in "gets \(name) at r\(assignment.rung)" }
            mix(UInt64(label), UInt64(assignment.task), UInt64(assignment.rung))
        }
    }

    mutating func step(_ worker: Int) {
        guard let handle = workers[worker]?.handle else { return }
        let (orders, joining) = harness.step(handle)
        let leaving = orders.dropped + orders.paused
        for lease in orders.dropped { note(.worker(worker)) { "lets go of \($0.named(lease))" } }
        for lease in orders.paused { note(.worker(worker)) { "pauses \($0.named(lease))" } }
        workers[worker]?.held.removeAll { name in leases[name].map { leaving.contains($0) } ?? true }
        hold(joining, worker)
    }

    /// Whoever it comes from, and however often.
    mutating func finish(_ name: TaskName, _ outcome: TaskOutcome) {
        guard let lease = leases[name] else { return }
        for worker in workers.keys { workers[worker]?.held.removeAll { $0 == name } }
        harness.finish(lease, outcome)
    }

    /// Also one that has ended before.
    mutating func postpone(_ name: TaskName, until: Int64, keepsState: Bool) {
        guard let lease = leases[name] else { return }
        for worker in workers.keys { workers[worker]?.held.removeAll { $0 == name } }
        harness.postpone(lease, until: until, keepsState: keepsState)
    }

    mutating func drain(_ worker: Int, _ isDraining: Bool) {
        guard let handle = workers[worker]?.handle else { return }
        workers[worker]?.isDraining = isDraining
        harness.setDraining(handle, isDraining)
    }

    /// Workers that the scheduler counts as lost know it when they speak next.
    func isKnown(_ worker: Int) -> Bool {
        workers[worker].map { harness.scheduler.condition(of: $0.handle, at: harness.instant) != nil } ?? false
    }

    /// Workers that were told to ask for work and have not yet.
    var woken: [Int] {
        workers.keys.sorted().filter { key in workers[key].map { harness.woken.contains($0.handle) } ?? false }
    }
}
