internal import Scenarios

/// Users that behave alike.
public struct LoadGroup: Codable, Hashable, Sendable {
    /// What the report calls them.
    public var name: String
    /// The plan of their accounts.
    public var plan: String
    /// How many they are.
    public var count: Int
    /// The share of all requests that they send together, 0 to 1; each of them is equally likely.
    public var shareOfRequests: Double
    /// How long a user waits after sending a request, retries included, before giving up.
    public var patienceSeconds: Double
    /// How long the client library waits for an answer before it sends the request again; nil: as long as the user does.
    public var timeoutSeconds: Double?
    /// How often the client library sends a request again after a failure.
    public var retries: Int
    /// How they receive their pictures.
    public var mode: LoadMode
    /// Whether they count as light users; nil: if each of them sends at most what an average user sends.
    public var isLight: Bool?
    /// What the client does with a no; nil: as the official client library does.
    public var retry: LoadRetry?
    /// How long a hasty client waits before it sends again; nil: a second.
    public var pauseSeconds: Double?
    /// Whether whoever gives up leaves an accepted job to itself; nil: it is cancelled.
    public var leavesJobs: Bool?
    /// The chance that somebody who got a picture asks for another one `againSeconds` later; nil: never.
    public var againChance: Double?
    public var againSeconds: Double?
    /// The API's fields, where the group asks for something else than the scenario's request says.
    public var quality: String?
    public var model: String?

    public init(
        name: String,
        plan: String,
        count: Int,
        shareOfRequests: Double,
        patienceSeconds: Double = 60,
        timeoutSeconds: Double? = nil,
        retries: Int = 2,
        mode: LoadMode = .held,
        isLight: Bool? = nil
    ) {
        self.name = name
        self.plan = plan
        self.count = count
        self.shareOfRequests = shareOfRequests
        self.patienceSeconds = patienceSeconds
        self.timeoutSeconds = timeoutSeconds
        self.retries = retries
        self.mode = mode
        self.isLight = isLight
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, plan, count, shareOfRequests, patienceSeconds, timeoutSeconds, retries, mode, isLight
        case retry, pauseSeconds, leavesJobs, againChance, againSeconds, quality, model
    }

    public init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        name = try fields.required(.name)
        plan = try fields.required(.plan)
        count = try fields.required(.count)
        shareOfRequests = try fields.required(.shareOfRequests)
        patienceSeconds = try fields.optional(.patienceSeconds) ?? 60
        timeoutSeconds = try fields.optional(.timeoutSeconds)
        retries = try fields.optional(.retries) ?? 2
        mode = try fields.optional(.mode) ?? .held
        isLight = try fields.optional(.isLight)
        retry = try fields.optional(.retry)
        pauseSeconds = try fields.optional(.pauseSeconds)
        leavesJobs = try fields.optional(.leavesJobs)
        againChance = try fields.optional(.againChance)
        againSeconds = try fields.optional(.againSeconds)
        quality = try fields.optional(.quality)
        model = try fields.optional(.model)
    }
}

/// How a client receives its pictures.
public enum LoadMode: String, Codable, Hashable, Sendable, CaseIterable {
    /// The connection is held until the answer is there.
    case held
    /// The answer comes as server-sent events.
    case streamed
    /// The job is accepted at once and asked after.
    case async
}

extension LoadScenario {
    /// Whether a group's users are light: each sends at most what an average user sends.
    func isLight(_ group: LoadGroup) -> Bool {
        if let isLight = group.isLight { return isLight }
        let everybody = users.reduce(0) { $0 + $1.count }
        guard group.count > 0, everybody > 0 else { return false }
        // The slack is for shares that were rounded when they were written down.
        return group.shareOfRequests / Double(group.count) <= 1.01 / Double(everybody)
    }
}

extension LoadMode: NamedChoice {}

/// What a client does with a no.
public enum LoadRetry: String, Codable, Hashable, Sendable, CaseIterable {
    /// As the official client library.
    case sdk
    /// Again after a fixed pause, whatever the server says.
    case hasty
}

extension LoadRetry: NamedChoice {}
