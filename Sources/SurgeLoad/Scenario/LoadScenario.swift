internal import Scenarios

/// A load to play: who sends what, when, and how long they wait for it.
public struct LoadScenario: Codable, Hashable, Sendable {
    /// What the report calls it.
    public var name: String
    /// Everything random follows from it: the same seed gives the same schedule.
    public var seed: UInt64
    /// How long requests are sent, in seconds.
    public var durationSeconds: Double
    /// When requests are sent.
    public var arrivals: LoadArrivals
    /// Who sends them.
    public var users: [LoadGroup]
    /// What they ask for.
    public var request: LoadRequest
    /// The part of the run that waits and fairness are measured in; nil: its second half.
    public var window: LoadWindow?

    public init(
        name: String,
        seed: UInt64,
        durationSeconds: Double,
        arrivals: LoadArrivals,
        users: [LoadGroup],
        request: LoadRequest,
        window: LoadWindow? = nil
    ) {
        self.name = name
        self.seed = seed
        self.durationSeconds = durationSeconds
        self.arrivals = arrivals
        self.users = users
        self.request = request
        self.window = window
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, seed, durationSeconds, arrivals, users, request, window
    }

    public init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        name = try fields.required(.name)
        seed = try fields.optional(.seed) ?? 1
        durationSeconds = try fields.required(.durationSeconds)
        arrivals = try fields.required(.arrivals)
        users = try fields.required(.users)
        request = try fields.required(.request)
        window = try fields.optional(.window)
    }

    /// The window that is measured: the one asked for, else the second half.
    public var measuredWindow: LoadWindow {
        window ?? LoadWindow(fromSeconds: durationSeconds / 2, toSeconds: durationSeconds)
    }
}

/// A part of a run, in seconds since its start; the end does not belong to it.
public struct LoadWindow: Codable, Hashable, Sendable {
    public var fromSeconds: Double
    public var toSeconds: Double

    public init(fromSeconds: Double, toSeconds: Double) {
        self.fromSeconds = fromSeconds
        self.toSeconds = toSeconds
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case fromSeconds, toSeconds
    }

    public init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        fromSeconds = try fields.required(.fromSeconds)
        toSeconds = try fields.required(.toSeconds)
    }

    var seconds: ClosedRange<Double> { fromSeconds...toSeconds }

    func contains(_ seconds: Double) -> Bool { seconds >= fromSeconds && seconds < toSeconds }
}
