extension LoadScenario {
    /// The same day with more or fewer requests.
    ///
    /// A recorded trace is what it is: its rate does not change.
    public func multiplied(by factor: Double) -> LoadScenario {
        var scenario = self
        switch arrivals {
        case .poisson(let rate): scenario.arrivals = .poisson(ratePerSecond: rate * factor)
        case .steps(let steps):
            scenario.arrivals = .steps(
                steps.map { LoadStep(fromSeconds: $0.fromSeconds, ratePerSecond: $0.ratePerSecond * factor) }
            )
        case .trace, .day: break
        }
        return scenario
    }
}
