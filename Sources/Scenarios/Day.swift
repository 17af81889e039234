package import SurgeCore

/// A day to rehearse: who comes, what they want, on which fleet, and what goes wrong. Written as YAML; the laboratory plays
/// it in virtual time, and the load tool against a live server.
package struct Day: Hashable, Sendable {
    package var name: String
    /// For people, in a sentence or two.
    package var summary: String
    /// Where its figures come from.
    package var sources: [String]
    /// Everything random follows from it.
    package var seed: UInt64
    package var startsAt: CalendarTime
    package var durationSeconds: Double
    /// In how many independent parts a team would run it: each has its own scheduler, people and devices.
    package var cells: Int
    package var plans: [Plan]
    package var models: [DayModel]
    package var devices: [DeviceKind]
    package var fleet: [DevicePool]
    package var people: [PeopleGroup]
    package var events: [DayEvent]
    package var network: Network
    /// What is sent to a live server for each request; nil: the load tool has to be told otherwise.
    package var request: DayRequest?

    /// What lies between people and the scheduler.
    package struct Network: Hashable, Sendable {
        /// There and back, in the mean; it varies like the gaps of a Poisson process.
        package var latency: TimeSpan = 0
        /// What a server does for a picture beside the device's work: taking it in, packing it, writing it down.
        package var handling: TimeSpan = 0
        /// A processor's time that the server takes for a request before it asks the scheduler: reading, checking and
        /// decoding what came. Whoever is turned away at the door costs nothing.
        package var intake: TimeSpan = 0
        /// A processor's time that it takes for a picture when the device is done with it: packing and sending.
        package var answer: TimeSpan = 0
        /// How many processors each cell's server has for that; nil: always enough.
        package var processors: Int?
    }
}

extension Day.Network: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case latency, handling, intake, answer, processors
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        latency = try fields.optional(.latency) ?? latency
        handling = try fields.optional(.handling) ?? handling
        intake = try fields.optional(.intake) ?? intake
        answer = try fields.optional(.answer) ?? answer
        processors = try fields.optional(.processors)
        guard intake.seconds >= 0, answer.seconds >= 0, processors.map({ (1...1_024).contains($0) }) ?? true else {
            throw fields.invalid(
                .processors,
                "or another figure is out of its range",
                "give times from 0, and 1 to 1024 processors"
            )
        }
    }
}

extension Day: Decodable {
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case name, summary, sources, seed, starts, lasts, cells, plans, models, devices, fleet, people, events, network
        case request
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        name = try fields.required(.name)
        summary = try fields.optional(.summary) ?? ""
        sources = try fields.optional(.sources) ?? []
        seed = try fields.optional(.seed) ?? 1
        startsAt = try fields.optional(.starts) ?? CalendarTime(unixSeconds: 0)
        let lasts: TimeSpan = try fields.required(.lasts)
        durationSeconds = lasts.seconds
        cells = try fields.optional(.cells) ?? 1
        let written: [DayPlan]? = try fields.optional(.plans)
        plans = written?.map(\.plan) ?? Plan.defaults
        models = try fields.required(.models)
        devices = try fields.required(.devices)
        fleet = try fields.required(.fleet)
        people = try fields.required(.people)
        events = try fields.optional(.events) ?? []
        network = try fields.optional(.network) ?? Network()
        request = try fields.optional(.request)
        try check(fields)
    }

    private func check(_ fields: FieldReader<CodingKeys>) throws {
        guard durationSeconds > 0, durationSeconds <= 400 * 86_400 else {
            throw fields.invalid(.lasts, "is \(durationSeconds) s", "give more than 0, at most 400 days")
        }
        guard (1...100_000).contains(cells) else { throw fields.invalid(.cells, "are \(cells)", "give 1 to 100000") }
        guard !plans.isEmpty, !models.isEmpty, !devices.isEmpty, !fleet.isEmpty, !people.isEmpty else {
            throw fields.invalid(.people, "or plans, models, devices or fleet are empty", "give at least one of each")
        }
        guard models.count <= Scheduler.mostModels, people.count <= 64, fleet.count <= 32 else {
            throw fields.invalid(.people, "or models or pools are too many", "give at most 64, 64 and 32")
        }
        try checkNames(fields)
        for group in people {
            guard plans.contains(where: { $0.name == group.plan }) else {
                throw fields.invalid(
                    .people,
                    "'\(group.name)' has the plan '\(group.plan)', which does not exist",
                    "add it"
                )
            }
            let model = group.model ?? models[0].name
            guard let known = models.first(where: { $0.name == model }) else {
                throw fields.invalid(
                    .people,
                    "'\(group.name)' asks for '\(model)', which does not exist",
                    "add the model"
                )
            }
            if let rung = group.rung, known.ladder.index(named: rung) == nil {
                throw fields.invalid(
                    .people,
                    "'\(group.name)' asks for the rung '\(rung)' that '\(model)' has not",
                    "add it"
                )
            }
        }
        for pool in fleet {
            guard devices.contains(where: { $0.name == pool.device }) else {
                throw fields.invalid(
                    .fleet,
                    "'\(pool.name)' is of '\(pool.device)', which does not exist",
                    "add the device"
                )
            }
            for model in pool.models where !models.contains(where: { $0.name == model }) {
                throw fields.invalid(.fleet, "'\(pool.name)' runs '\(model)', which does not exist", "add the model")
            }
        }
        for event in events {
            if let pool = event.pool, !fleet.contains(where: { $0.name == pool }) {
                throw fields.invalid(
                    .events,
                    "one is about the pool '\(pool)', which does not exist",
                    "name one of the fleet"
                )
            }
        }
    }

    private func checkNames(_ fields: FieldReader<CodingKeys>) throws {
        func check(_ names: [String], _ key: CodingKeys) throws {
            guard Set(names).count == names.count, names.allSatisfy({ !$0.isEmpty }) else {
                throw fields.invalid(key, "have no names, or the same name twice", "give each a name of its own")
            }
        }
        try check(plans.map(\.name), .plans)
        try check(models.map(\.name), .models)
        try check(devices.map(\.name), .devices)
        try check(fleet.map(\.name), .fleet)
        try check(people.map(\.name), .people)
    }
}
