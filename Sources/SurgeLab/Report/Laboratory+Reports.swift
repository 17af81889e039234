extension Laboratory {
    /// Plays the day under a policy, several cells at the same time.
    ///
    /// - Parameter threads: how many; the result does not depend on it.
    package func run(
        _ policy: Policy,
        threads: Int,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async -> PolicyRun {
        PolicyRunBuilder(laboratory: self, policy: policy, metrics: await metrics(policy, threads, progress)).run
    }

    /// Plays the day under several policies, and bounds what any could reach from the first run's requests and devices.
    package func report(
        _ policies: [Policy],
        threads: Int,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async -> LabReport {
        var report = LabReport(self)
        for policy in policies {
            let metrics = await metrics(policy, threads, progress)
            report.runs.append(PolicyRunBuilder(laboratory: self, policy: policy, metrics: metrics).run)
            guard report.bound == nil else { continue }
            report.bound = LabReport.Bound(
                asked: metrics.groups.reduce(0) { $0 + $1.asked },
                delivered: ClairvoyantBound(self, metrics, value: .served).value,
                qualitySum: ClairvoyantBound(self, metrics, value: .quality).value
            )
        }
        return report
    }
}
