/// How OpenVINO uses the machine.
public struct OpenVINOSettings: Hashable, Sendable {
    public enum Precision: String, Hashable, Sendable, CaseIterable {
        /// What is fastest on this processor: 16-bit where it has instructions for it.
        case automatic = "auto"
        case float32 = "f32"
        case bfloat16 = "bf16"
        case float16 = "f16"
    }

    /// 0 leaves the choice to OpenVINO.
    public var threads: Int
    /// Pictures painted at the same time, at least 1. More streams need more memory and are seldom faster.
    public var streams: Int
    public var precision: Precision
    /// Working memory that compiled graphs may hold, in bytes. A picture that needs more runs on a slower path.
    public var memoryBudgetBytes: Int

    public init(
        threads: Int = 0,
        streams: Int = 1,
        precision: Precision = .automatic,
        memoryBudgetBytes: Int = 320 << 20
    ) {
        self.threads = threads
        self.streams = max(1, streams)
        self.precision = precision
        self.memoryBudgetBytes = memoryBudgetBytes
    }
}
