internal import SurgeCore

/// What an operator has put off: nothing of it is begun, and nobody is told that it will be done before.
extension PromiseChecker {
    /// - Parameter until: nil: it is released.
    func hold(_ name: HoldName, until: Int64?, at now: Instant) {
        guard configuration.plans.indices.contains(name.plan ?? 0),
            configuration.models.indices.contains(name.model ?? 0)
        else { return }
        holds[name] = until.flatMap { $0 > now.microseconds ? $0 : nil }
    }

    /// At a tick.
    func endHolds(at now: Instant) {
        if !holds.isEmpty { holds = holds.filter { $0.value > now.microseconds } }
    }

    func isHeld(_ plan: Int, _ model: Int) -> Bool { holds.keys.contains { $0.covers(plan, model) } }

    func checkHold(_ job: ModelJob) {
        if isHeld(job.plan, job.model) {
            report(.workConserving, "job \(job.handle.index) was begun although its work is held")
        }
    }

    /// No job that waits is promised within its hold.
    func checkHold(_ estimate: Estimate, plan: Int, model: Int, at now: Instant) {
        let until = holds.filter { $0.key.covers(plan, model) }.values.max() ?? now.microseconds
        let rest = Double(until - now.microseconds) / 1_000_000
        // Rounded once or twice.
        if estimate.lowSeconds < rest * (1 - 1e-9) {
            report(.honestClocks, "told \(estimate.lowSeconds) s with \(rest) s of its hold to come")
        }
    }
}
