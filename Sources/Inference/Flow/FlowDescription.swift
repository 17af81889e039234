internal import SurgeCore

/// The part of a manifest that only the kind `flow` has: what its networks take, and how each rung samples.
public struct FlowDescription: Sendable, Hashable, Decodable {
    /// One of the questions that a prompt answers, and its possible answers.
    public struct Group: Sendable, Hashable, Codable {
        public let name: String
        /// In the order of the condition's values; behind them stands "unsaid".
        public let values: [String]
    }

    /// Which network says where to go.
    public enum Network: String, Sendable, Hashable, Codable, CaseIterable {
        /// The field itself: any number of steps.
        case flow
        /// Distilled for few steps; it is told how far each step goes.
        case fast
    }

    /// How a step is made of the network's answers.
    public enum Sampler: String, Sendable, Hashable, Codable, CaseIterable {
        case euler
        case heun
    }

    /// Which network makes pixels of latents.
    public enum Decoder: String, Sendable, Hashable, Codable, CaseIterable {
        case decoder
        /// Twice as many pixels on a side.
        case large = "decoder_large"
    }

    /// How a rung of the ladder samples; the number of steps stands in the ladder.
    public struct RungDescription: Sendable, Hashable, Codable {
        public let network: Network
        public let sampler: Sampler
        /// 1: none, and half the work.
        public let guidance: Double
        /// 1: equal steps; more spends more of them near the noise.
        public let shift: Double
        public let decoder: Decoder
    }

    /// Values in one cell of a latent.
    public let channels: Int
    /// Pixels on a side that the decoder makes of one cell.
    public let cellPixels: Int
    /// Width and height of a latent are multiples of it.
    public let gridMultiple: Int
    /// Values in a condition.
    public let conditionCount: Int
    /// Tokens that the encoder reads.
    public let tokenLimit: Int
    public let groups: [Group]
    /// By the names of the ladder's rungs.
    public let rungs: [String: RungDescription]

    enum CodingKeys: String, CodingKey {
        case channels
        case cellPixels = "cell_pixels"
        case gridMultiple = "grid_multiple"
        case conditionCount = "condition_count"
        case tokenLimit = "token_limit"
        case groups
        case rungs
    }
}

extension FlowDescription {
    /// What is wrong with it, in a sentence; nil when all is well.
    func problem(_ ladder: Ladder) -> String? { nil }
}
