internal import SurgeCore

/// A plan of a scenario: the default of the same name, with what the scenario says otherwise.
struct DayPlan: Decodable {
    let plan: Plan

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, rank, weight, dailyAllowance, picturesPerSecond, burst, mostActiveJobs, patience, targetDelay,
            horizon
        case floorQuality, ceilingQuality, price
    }

    /// A number, or `none` for no limit.
    private enum Limit: Decodable {
        case none
        case number(Double)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if try container.decode(String.self) == "none" {
                self = .none
            } else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "is neither a number nor none")
            }
        }

        var value: Double? {
            if case .number(let number) = self { number } else { nil }
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        let name: String = try fields.required(.name)
        var plan = Plan.defaults.first { $0.name == name } ?? Plan(name: name)
        plan.rank = try fields.optional(.rank) ?? plan.rank
        plan.weight = try fields.optional(.weight) ?? plan.weight
        if let limit: Limit = try fields.optional(.dailyAllowance) {
            plan.dailyAllowance = limit.value.flatMap { Int(exactly: $0.rounded()) }
        }
        if let limit: Limit = try fields.optional(.picturesPerSecond) { plan.picturesPerSecond = limit.value }
        plan.burst = try fields.optional(.burst) ?? plan.burst
        plan.mostActiveJobs = try fields.optional(.mostActiveJobs) ?? plan.mostActiveJobs
        if let span: TimeSpan = try fields.optional(.patience) { plan.patienceSeconds = span.seconds }
        if let span: TimeSpan = try fields.optional(.targetDelay) { plan.targetDelaySeconds = span.seconds }
        if let span: TimeSpan = try fields.optional(.horizon) { plan.horizonSeconds = span.seconds }
        plan.floorQuality = try fields.optional(.floorQuality) ?? plan.floorQuality
        plan.ceilingQuality = try fields.optional(.ceilingQuality) ?? plan.ceilingQuality
        plan.priceMillicredits = try fields.optional(.price) ?? plan.priceMillicredits
        if let problem = plan.problem { throw fields.invalid(.name, "'\(name)': \(problem)", "correct the plan") }
        self.plan = plan
    }
}
