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
        case small = "decoder"
        /// Twice as many pixels on a side.
        case large = "decoder_large"

        var scale: Int { self == .large ? 2 : 1 }
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
        /// Sizes in cells, width and height, that its pictures may have; nil: any of the rung's area.
        public let grids: [[Int]]?
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
    /// Cells around it that a decoder looks at for a pixel; nil: ``defaultDecoderReach``.
    public let decoderReach: Int?
    public let groups: [Group]
    /// How what a prompt leaves open is chosen; nil leaves it to the network.
    public let completion: ConditionCompletion?
    /// By the names of the ladder's rungs.
    public let rungs: [String: RungDescription]

    static let defaultDecoderReach = 8
    /// Cells on a side of the largest latent.
    private static let sideLimit = 512

    enum CodingKeys: String, CodingKey {
        case channels
        case cellPixels = "cell_pixels"
        case gridMultiple = "grid_multiple"
        case conditionCount = "condition_count"
        case tokenLimit = "token_limit"
        case decoderReach = "decoder_reach"
        case groups
        case completion
        case rungs
    }

    /// The condition that says nothing.
    var emptyCondition: [Float] {
        groups.flatMap { [Float](repeating: 0, count: $0.values.count) + [1] }
    }
}

extension FlowDescription {
    /// Files that every model of the kind has, and that are no graphs.
    static let textRoles = ["vocabulary", "lexicon"]

    /// The graphs that this one needs.
    var graphRoles: [String] {
        let networks = Set(rungs.values.map(\.network.rawValue))
        let decoders = Set(rungs.values.map(\.decoder.rawValue))
        // The small decoder makes the previews of every rung.
        return ["encoder", "reader", "photo_encoder"]
            + networks.union(decoders).union([Decoder.small.rawValue]).sorted()
    }

    /// What is wrong with it, in a sentence; nil when all is well.
    func problem(ladder: Ladder, files: [String: ModelManifest.File]) -> String? {
        sizeProblem ?? groupProblem ?? completion?.problem(groups: groups) ?? rungProblem(ladder) ?? fileProblem(files)
    }

    private var sizeProblem: String? {
        let limits: [(key: CodingKeys, value: Int, range: ClosedRange<Int>)] = [
            (.channels, channels, 1...256),
            (.cellPixels, cellPixels, 1...64),
            (.gridMultiple, gridMultiple, 1...16),
            (.conditionCount, conditionCount, 1...4_096),
            (.tokenLimit, tokenLimit, 3...512),
            (.decoderReach, decoderReach ?? Self.defaultDecoderReach, 0...64),
        ]
        guard let wrong = limits.first(where: { !$0.range.contains($0.value) }) else { return nil }
        let key = wrong.key.rawValue
        return "flow.\(key) is \(wrong.value); it must be \(wrong.range.lowerBound) to \(wrong.range.upperBound)"
    }

    private var groupProblem: String? {
        guard Set(groups.map(\.name)).count == groups.count else { return "two of flow.groups have one name" }
        if let group = groups.first(where: { $0.values.isEmpty || Set($0.values).count != $0.values.count }) {
            return "flow.groups: '\(group.name)' needs at least one value, each once"
        }
        let sum = emptyCondition.count
        guard sum == conditionCount else {
            return "flow.condition_count is \(conditionCount), but the groups with an 'unsaid' each make \(sum)"
        }
        return nil
    }

    private func rungProblem(_ ladder: Ladder) -> String? {
        for name in rungs.keys.sorted() where ladder.rung(named: name) == nil {
            return "flow.rungs has '\(name)', which the ladder does not have"
        }
        for rung in ladder.rungs {
            guard let own = rungs[rung.name] else { return "flow.rungs lacks '\(rung.name)', which the ladder has" }
            guard let steps = rung.steps, (1...1_000).contains(steps) else {
                return "the ladder's rung '\(rung.name)' needs steps, 1 to 1000"
            }
            let sides = cellPixels * gridMultiple...8_192
            guard sides.contains(rung.workingSide) else {
                return "the ladder's rung '\(rung.name)' works at \(rung.workingSide) pixels; "
                    + "this model can at \(sides.lowerBound) to \(sides.upperBound)"
            }
            guard own.guidance.isFinite, (0...100).contains(own.guidance) else {
                return "flow.rungs.\(rung.name).guidance must be 0 to 100"
            }
            let isGridded = (own.grids ?? [[gridMultiple, gridMultiple]]).allSatisfy { sides in
                sides.count == 2
                    && sides.allSatisfy { $0 % gridMultiple == 0 && (gridMultiple...Self.sideLimit).contains($0) }
            }
            guard isGridded, own.grids?.isEmpty != true else {
                return "flow.rungs.\(rung.name).grids must be pairs of multiples of \(gridMultiple), "
                    + "at most \(Self.sideLimit)"
            }
            guard own.shift.isFinite, (0.01...100).contains(own.shift) else {
                return "flow.rungs.\(rung.name).shift must be 0.01 to 100"
            }
        }
        return nil
    }

    private func fileProblem(_ files: [String: ModelManifest.File]) -> String? {
        for role in graphRoles + Self.textRoles where files[role] == nil { return "files.\(role) is missing" }
        for role in graphRoles {
            guard let profile = files[role]?.profile else { return "files.\(role).profile is missing" }
            // In 16 bits, or in forms that change with the traffic, a picture would depend on what ran beside it.
            guard profile.precision == .float32 else { return "files.\(role).profile.precision must be 'f32'" }
        }
        return nil
    }
}
