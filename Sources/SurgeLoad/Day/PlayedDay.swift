package import Scenarios

/// A day as it is played against a live server: its requests as requests, its people as users.
///
/// Speed presses the day's course together and nothing else: patience, timeouts and pauses stay as they are written. The
/// server does not paint faster because a day is played fast, so people who waited a sixtieth as long would be other
/// people. A day at speed 60 with a sixtieth of its people so meets the server with the same rates as the day itself.
package struct PlayedDay: Sendable {
    package let scenario: LoadScenario
    package let schedule: LoadSchedule

    /// - Parameters:
    ///   - speed: seconds of the day in one real second.
    ///   - scale: of the people; above 0, at most 1.
    ///   - seed: nil: the day's own.
    package init(_ day: Day, speed: Double = 1, scale: Double = 1, seed: UInt64? = nil) throws(LoadError) {
        guard speed > 0, speed <= 1_000_000 else {
            throw .invalid(field: "speed", reason: "is \(speed)", remedy: "give a number above 0, at most a million")
        }
        guard scale > 0, scale <= 1 else {
            throw .invalid(field: "scale", reason: "is \(scale)", remedy: "give a number above 0, at most 1")
        }
        let seconds = day.durationSeconds / speed
        // Before the requests are drawn: those of a year would take their time.
        guard seconds <= LoadLimits.seconds else { throw .tooLong(seconds: seconds, limit: LoadLimits.seconds) }
        guard let request = day.request else {
            throw .invalid(
                field: "request",
                reason: "is missing, so nobody knows what the day's people send",
                remedy: "add request: {kind: edit, prompts: [\u{2026}], photos: [\u{2026}]} to the day, or give --photo"
            )
        }
        var people = PlayedPeople(day, request: request)
        try people.draw(day, speed: speed, scale: scale, seed: RandomStream.seed(seed ?? day.seed, cell: 0))
        schedule = LoadSchedule(requests: people.planned)
        scenario = LoadScenario(
            name: day.name,
            seed: seed ?? day.seed,
            durationSeconds: seconds,
            arrivals: .day(speed: speed, scale: scale),
            users: try people.groups(),
            request: LoadRequest(request),
            window: LoadWindow(fromSeconds: 0, toSeconds: seconds)
        )
    }
}

extension LoadRequest {
    fileprivate init(_ request: DayRequest) {
        self.init(
            kind: request.kind == .edit ? .edit : .generation,
            prompts: request.prompts,
            photos: request.photos,
            quality: request.quality,
            size: request.size,
            outputFormat: request.outputFormat,
            model: request.model
        )
    }
}
