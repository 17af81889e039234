@testable import SurgeLoad

/// Scenarios that tests begin with.
enum Examples {
    static func scenario(
        seconds: Double = 60,
        rate: Double = 20,
        groups: [LoadGroup] = [group()]
    ) -> LoadScenario {
        LoadScenario(
            name: "example",
            seed: 7,
            durationSeconds: seconds,
            arrivals: .poisson(ratePerSecond: rate),
            users: groups,
            request: LoadRequest(kind: .generation, prompts: ["a lighthouse", "a kingfisher"])
        )
    }

    static func group(
        _ name: String = "everybody",
        plan: String = "free",
        count: Int = 10,
        share: Double = 1,
        patience: Double = 10,
        retries: Int = 0,
        mode: LoadMode = .held
    ) -> LoadGroup {
        LoadGroup(
            name: name,
            plan: plan,
            count: count,
            shareOfRequests: share,
            patienceSeconds: patience,
            retries: retries,
            mode: mode
        )
    }
}
