extension LoadScenario {
    /// Checks what can be checked without files.
    ///
    /// - Throws: the first problem, naming its field and the remedy.
    public func validate() throws(LoadError) {
        try check(!name.isEmpty, "name", "is empty", "give the scenario a name")
        try check(
            durationSeconds.isFinite && durationSeconds > 0,
            "durationSeconds",
            "is \(durationSeconds)",
            "give more than 0 seconds"
        )
        try validateArrivals()
        try validateUsers()
        try validateRequest()
        let window = measuredWindow
        try check(
            window.fromSeconds >= 0 && window.fromSeconds < window.toSeconds && window.toSeconds <= durationSeconds,
            "window",
            "goes from \(window.fromSeconds) to \(window.toSeconds)",
            "keep it inside 0 to \(durationSeconds), its end after its start"
        )
    }

    private func check(
        _ isFine: Bool,
        _ field: String,
        _ reason: String,
        _ remedy: String
    ) throws(LoadError) {
        guard isFine else { throw .invalid(field: field, reason: reason, remedy: remedy) }
    }

    private func validateArrivals() throws(LoadError) {
        switch arrivals {
        case .poisson(let rate):
            try check(
                rate.isFinite && rate > 0,
                "arrivals.poisson.ratePerSecond",
                "is \(rate)",
                "give more than 0 per second"
            )
        case .steps(let steps):
            try check(!steps.isEmpty, "arrivals.steps", "is empty", "give at least one step")
            var previous = -Double.infinity
            for (index, step) in steps.enumerated() {
                let field = "arrivals.steps[\(index)]"
                try check(
                    step.fromSeconds >= 0 && step.fromSeconds > previous && step.fromSeconds < durationSeconds,
                    "\(field).fromSeconds",
                    "is \(step.fromSeconds)",
                    "let the steps begin one after the other, from 0 on, before the run's end"
                )
                try check(
                    step.ratePerSecond.isFinite && step.ratePerSecond >= 0,
                    "\(field).ratePerSecond",
                    "is \(step.ratePerSecond)",
                    "give 0 or more per second"
                )
                previous = step.fromSeconds
            }
        case .day(let speed, let scale):
            try check(speed > 0 && speed.isFinite, "arrivals.day.speed", "is \(speed)", "give a number above 0")
            try check(scale > 0 && scale <= 1, "arrivals.day.scale", "is \(scale)", "give a number in 0...1")
        case .trace(let file):
            try check(!file.isEmpty, "arrivals.trace.file", "is empty", "name a CSV file")
        }
    }

    private func validateUsers() throws(LoadError) {
        try check(!users.isEmpty, "users", "is empty", "give at least one group")
        var names: Set<String> = []
        for (index, group) in users.enumerated() {
            try validate(group, "users[\(index)]")
            try check(
                names.insert(group.name).inserted,
                "users[\(index)].name",
                "'\(group.name)' is taken twice",
                "give every group a name of its own"
            )
        }
        let sum = users.reduce(0) { $0 + $1.shareOfRequests }
        try check(
            abs(sum - 1) <= 0.001,
            "users",
            "the shares of requests add up to \((sum * 1000).rounded() / 1000)",
            "let them add up to 1"
        )
    }

    private func validate(_ group: LoadGroup, _ field: String) throws(LoadError) {
        try check(!group.name.isEmpty, "\(field).name", "is empty", "give the group a name")
        try check(!group.plan.isEmpty, "\(field).plan", "is empty", "name the plan of its accounts")
        try check(
            (1...LoadLimits.users).contains(group.count),
            "\(field).count",
            "is \(group.count)",
            "give 1 to \(LoadLimits.users) users"
        )
        try check(
            group.shareOfRequests >= 0 && group.shareOfRequests <= 1,
            "\(field).shareOfRequests",
            "is \(group.shareOfRequests)",
            "give a share from 0 to 1"
        )
        try check(
            group.patienceSeconds > 0 && group.patienceSeconds <= LoadLimits.seconds,
            "\(field).patienceSeconds",
            "is \(group.patienceSeconds)",
            "give more than 0 and at most \(LoadLimits.seconds) seconds"
        )
        let timeout = group.timeoutSeconds ?? 1
        try check(
            timeout > 0 && timeout <= LoadLimits.seconds,
            "\(field).timeoutSeconds",
            "is \(timeout)",
            "give more than 0 and at most \(LoadLimits.seconds) seconds, or leave it out"
        )
        try check((0...1_000).contains(group.retries), "\(field).retries", "is \(group.retries)", "give 0 to 1000")
        let pause = group.pauseSeconds ?? 1
        try check(
            pause > 0 && pause <= LoadLimits.seconds,
            "\(field).pauseSeconds",
            "is \(pause)",
            "give more than 0 and at most \(LoadLimits.seconds) seconds"
        )
        let (chance, again) = (group.againChance ?? 0, group.againSeconds ?? 0)
        try check((0...1).contains(chance), "\(field).againChance", "is \(chance)", "give a chance from 0 to 1")
        try check(
            again >= 0 && again <= LoadLimits.seconds,
            "\(field).againSeconds",
            "is \(again)",
            "give 0 to \(LoadLimits.seconds) seconds"
        )
    }

    private func validateRequest() throws(LoadError) {
        try check(!request.prompts.isEmpty, "request.prompts", "is empty", "give at least one prompt")
        try check(
            request.prompts.allSatisfy { !$0.isEmpty },
            "request.prompts",
            "one of them is empty",
            "write something in each"
        )
        try check(
            request.kind == .generation || !request.photos.isEmpty,
            "request.photos",
            "is empty",
            "an edit needs at least one photo"
        )
        try check((1...10).contains(request.n), "request.n", "is \(request.n)", "give 1 to 10")
    }
}
