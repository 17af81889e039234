/// What a worker says of itself when it joins.
public struct WorkerProfile: Hashable, Sendable, Codable {
    /// A name for pages and logs.
    public var name: String
    /// Tasks that it works on at the same time.
    public var slots: Int
    /// The models that it can run.
    public var models: [ModelIndex]
    /// Whether its tasks go through the network together: then only tasks of one model, rung and shape run at a time,
    /// and they join and leave between steps.
    public var sharesBatch: Bool
    /// Workers of one machine share its time: each of them that works has an equal part of it. nil: one of its own.
    public var machine: Int?
    /// How long it takes to load a model, in seconds.
    public var loadSeconds: Double
    /// Without a sign of life for longer, it counts as lost.
    public var heartbeatSeconds: Double

    /// Creates a profile.
    public init(
        name: String,
        slots: Int,
        models: [ModelIndex],
        sharesBatch: Bool = false,
        machine: Int? = nil,
        loadSeconds: Double = 0,
        heartbeatSeconds: Double = 30
    ) {
        self.name = name
        self.slots = slots
        self.models = models
        self.sharesBatch = sharesBatch
        self.machine = machine
        self.loadSeconds = loadSeconds
        self.heartbeatSeconds = heartbeatSeconds
    }
}

/// How a worker feels, by its own account.
public struct WorkerHealth: Hashable, Sendable, Codable {
    /// Degrees Celsius, where there is a sensor.
    public var temperatureCelsius: Double?
    /// 0: runs freely; 1: stands still to cool down.
    public var throttling: Double
    /// Free memory, where it is known.
    public var freeMemoryBytes: Int64?
    /// Too little memory for another task.
    public var isShortOfMemory: Bool

    /// Creates a report.
    public init(
        temperatureCelsius: Double? = nil,
        throttling: Double = 0,
        freeMemoryBytes: Int64? = nil,
        isShortOfMemory: Bool = false
    ) {
        self.temperatureCelsius = temperatureCelsius
        self.throttling = throttling
        self.freeMemoryBytes = freeMemoryBytes
        self.isShortOfMemory = isShortOfMemory
    }
}
