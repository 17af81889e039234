internal import ArgumentParser
internal import Scenarios
internal import SurgeLoad

/// How a day is played against a live server.
struct DayOptions: ParsableArguments {
    @Option(help: "Of a day: its seconds in one real second. Its people's patience stays as it is. (default: 1)")
    var speed: Double?

    @Option(help: "Of a day: the part of its people that comes, as 0.001 or 1/1000. (default: 1)")
    var scale: String?

    @Option(help: "Of a day: another seed than its own.")
    var seed: UInt64?

    @Option(help: "Of a day: a photo that its people send; may be given several times.")
    var photo: [String] = []

    @Option(help: "Of a day: a prompt that its people send; may be given several times.")
    var prompt: [String] = []

    /// The first option that was given.
    var firstGiven: String? {
        if speed != nil { return "--speed" }
        if scale != nil { return "--scale" }
        if seed != nil { return "--seed" }
        if !photo.isEmpty { return "--photo" }
        return prompt.isEmpty ? nil : "--prompt"
    }

    func validate() throws {
        guard let scale else { return }
        guard let number = LabOptions.number(scale), number > 0, number <= 1 else {
            throw ValidationError("--scale takes a number above 0, at most 1, like 0.01 or 1/100.")
        }
    }

    func played(_ day: Day) throws -> PlayedDay {
        var day = day
        if !photo.isEmpty {
            var request = day.request ?? DayRequest(kind: .edit, prompts: ["paint this photo"])
            request.kind = .edit
            request.photos = photo
            day.request = request
        }
        if !prompt.isEmpty {
            guard var request = day.request else {
                throw CommandFailure("--prompt alone says not whether a photo goes with it; add --photo or a request")
            }
            request.prompts = prompt
            day.request = request
        }
        if !day.events.isEmpty {
            Terminal.writeError("note: what happens to the day's fleet is not played: the server's own does the work")
        }
        let part = scale.flatMap(LabOptions.number) ?? 1
        return try PlayedDay(day, speed: speed ?? 1, scale: part, seed: seed)
    }
}
