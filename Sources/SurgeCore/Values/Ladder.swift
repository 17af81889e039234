/// One step of a model's quality ladder.
public struct Rung: Hashable, Sendable, Codable {
    /// What people see: "768".
    public let name: String
    /// Pixels on the longer side that the network works at.
    public let workingSide: Int
    /// Device-seconds for one picture on the model's reference device.
    public let costDeviceSeconds: Double
    /// 0...1, by the measure that the ladder states.
    public let quality: Double
    /// Passes through the network; tasks join and leave batches between them. nil: one.
    public let steps: Int?

    /// Creates a rung. ``Ladder/init(_:)`` checks its figures.
    public init(name: String, workingSide: Int, costDeviceSeconds: Double, quality: Double, steps: Int? = nil) {
        self.name = name
        self.workingSide = workingSide
        self.costDeviceSeconds = costDeviceSeconds
        self.quality = quality
        self.steps = steps
    }
}

/// A model's rungs, the cheapest first. Never empty.
public struct Ladder: Hashable, Sendable, Codable {
    /// The cheapest first.
    public let rungs: [Rung]

    /// - Parameter rungs: in any order.
    /// - Returns: nil when there are none, when two have one name, or when a figure is out of its range.
    public init?(_ rungs: [Rung]) {
        let names = Set(rungs.map(\.name))
        let areSound = rungs.allSatisfy { rung in
            rung.workingSide > 0 && rung.costDeviceSeconds > 0 && rung.costDeviceSeconds.isFinite
                && (0...1).contains(rung.quality) && (rung.steps ?? 1) > 0
        }
        guard !rungs.isEmpty, names.count == rungs.count, areSound else { return nil }
        self.rungs = rungs.sorted { left, right in
            (left.costDeviceSeconds, left.workingSide, left.name) < (
                right.costDeviceSeconds, right.workingSide, right.name
            )
        }
    }

    /// The best rung.
    public var top: Rung { rungs[rungs.count - 1] }

    /// The place of a rung by its name; nil: there is none.
    public func index(named name: String) -> RungIndex? {
        rungs.firstIndex { $0.name == name }
    }

    /// A rung by its name; nil: there is none.
    public func rung(named name: String) -> Rung? {
        rungs.first { $0.name == name }
    }

    /// At most `count` rungs below `rung`, spread over those there are, the cheapest first.
    public func below(_ rung: Rung, count: Int) -> [Rung] {
        let lower = rungs.filter { $0.workingSide < rung.workingSide }
        guard count < lower.count else { return lower }
        return (0..<count).map { lower[$0 * lower.count / count] }
    }
}
