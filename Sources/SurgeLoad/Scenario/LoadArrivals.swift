internal import Scenarios

/// When requests are sent.
public enum LoadArrivals: Hashable, Sendable {
    /// At random, independent of each other, at a constant rate per second.
    case poisson(ratePerSecond: Double)
    /// At random, at a rate that jumps; before the first step nothing is sent.
    case steps([LoadStep])
    /// As a CSV file says: seconds since the start and, if wanted, a name for the user.
    case trace(file: String)
    /// As a day says, so many of its seconds in one, and this part of its people. Only a day's file brings it.
    case day(speed: Double, scale: Double)
}

/// From a time on, a rate.
public struct LoadStep: Codable, Hashable, Sendable {
    /// Seconds since the start of the run.
    public var fromSeconds: Double
    /// Requests per second.
    public var ratePerSecond: Double

    public init(fromSeconds: Double, ratePerSecond: Double) {
        self.fromSeconds = fromSeconds
        self.ratePerSecond = ratePerSecond
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case fromSeconds, ratePerSecond
    }

    public init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        fromSeconds = try fields.required(.fromSeconds)
        ratePerSecond = try fields.required(.ratePerSecond)
    }
}

/// Written as a mapping with one key, the kind: `poisson: {ratePerSecond: 8}`, `steps: [{fromSeconds: 0,
/// ratePerSecond: 8}]` or `trace: {file: surge.csv}`.
extension LoadArrivals: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case poisson, steps, trace, day
    }

    private struct Poisson: Codable {
        let ratePerSecond: Double

        enum CodingKeys: String, CodingKey, CaseIterable {
            case ratePerSecond
        }

        init(ratePerSecond: Double) { self.ratePerSecond = ratePerSecond }

        init(from decoder: any Decoder) throws {
            ratePerSecond = try FieldReader(decoder, CodingKeys.self).required(.ratePerSecond)
        }
    }

    private struct Trace: Codable {
        let file: String

        enum CodingKeys: String, CodingKey, CaseIterable {
            case file
        }

        init(file: String) { self.file = file }

        init(from decoder: any Decoder) throws {
            file = try FieldReader(decoder, CodingKeys.self).required(.file)
        }
    }

    private struct DayPart: Codable {
        let speed: Double
        let scale: Double

        enum CodingKeys: String, CodingKey, CaseIterable {
            case speed, scale
        }

        init(speed: Double, scale: Double) { (self.speed, self.scale) = (speed, scale) }

        init(from decoder: any Decoder) throws {
            let fields = try FieldReader(decoder, CodingKeys.self)
            speed = try fields.required(.speed)
            scale = try fields.required(.scale)
        }
    }

    public init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        let poisson: Poisson? = try fields.optional(.poisson)
        let steps: [LoadStep]? = try fields.optional(.steps)
        let trace: Trace? = try fields.optional(.trace)
        let day: DayPart? = try fields.optional(.day)
        switch (poisson, steps, trace, day) {
        case (let poisson?, nil, nil, nil): self = .poisson(ratePerSecond: poisson.ratePerSecond)
        case (nil, let steps?, nil, nil): self = .steps(steps)
        case (nil, nil, let trace?, nil): self = .trace(file: trace.file)
        case (nil, nil, nil, let day?): self = .day(speed: day.speed, scale: day.scale)
        default:
            throw ScenarioError.invalid(
                field: "arrivals",
                reason: "says none or several of poisson, steps and trace",
                remedy: "give exactly one"
            )
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .poisson(let rate): try container.encode(Poisson(ratePerSecond: rate), forKey: .poisson)
        case .steps(let steps): try container.encode(steps, forKey: .steps)
        case .trace(let file): try container.encode(Trace(file: file), forKey: .trace)
        case .day(let speed, let scale): try container.encode(DayPart(speed: speed, scale: scale), forKey: .day)
        }
    }
}
