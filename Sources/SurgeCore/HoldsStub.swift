extension Scheduler {
    public mutating func hold(plan: PlanIndex?, model: ModelIndex?, until: Instant, at now: Instant) {}
    public mutating func release(plan: PlanIndex?, model: ModelIndex?, at now: Instant) {}
    public func heldUntil(plan: PlanIndex, at now: Instant) -> Instant? { nil }
    public func heldUntil(model: ModelIndex, at now: Instant) -> Instant? { nil }
    public struct WorkerStatus: Hashable, Sendable {
        public struct Task: Hashable, Sendable {
            public let model: String
            public let rung: String
            public let stepsDone: Int
            public let startedAt: Instant
            public let expectedSeconds: Double
            public let job: JobHandle
        }
        public let handle: WorkerHandle
        public let name: String
        public let slots: Int
        public let usableSlots: Int
        public let isDraining: Bool
        public let health: WorkerHealth
        public let heldUntil: Instant?
        public let speed: Double
        public let models: [String]
        public let running: [Task]
    }
    public func fleet(at now: Instant) -> [WorkerStatus] { [] }
}
