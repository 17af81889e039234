/// What an account may ask for, and what it may expect. Every figure comes from configuration.
public struct Plan: Hashable, Sendable, Codable {
    /// Unique among the plans of a configuration.
    public var name: String
    /// Classes: a job of a higher rank goes before all of lower ranks, and takes a slot from them within one step.
    public var rank = 0
    /// Its share of the fleet beside other plans of its rank, when all have work waiting. Above 0.
    public var weight = 1.0
    /// Pictures a day (UTC); nil: as many as one likes.
    public var dailyAllowance: Int?
    /// Pictures a second in the long run; nil: no limit.
    public var picturesPerSecond: Double?
    /// Pictures at once, when none were asked for lately. At least 1.
    public var burst = 10
    /// The most jobs of one account that wait or run.
    public var mostActiveJobs = 100
    /// How long a client that holds its connection is taken to wait, in seconds.
    public var patienceSeconds = 600.0
    /// What the governor aims at: the delay before a picture is begun, in seconds.
    public var targetDelaySeconds = 10.0
    /// The longest wait that is accepted for a job whose client comes back for it, in seconds.
    public var horizonSeconds = 3_600.0
    /// 0...1: the governor gives no rung of lower quality, unless it was asked for.
    public var floorQuality = 0.0
    /// 0...1: no rung of higher quality is given.
    public var ceilingQuality = 1.0
    /// Thousandths of a credit for a picture of size 1 at the top rung.
    public var priceMillicredits = 0

    /// Creates a plan whose other settings are the defaults.
    public init(name: String) {
        self.name = name
    }

    /// Why this plan cannot be used; nil when it can.
    public var problem: String? {
        let amounts = [weight, patienceSeconds, targetDelaySeconds, horizonSeconds, picturesPerSecond ?? 1]
        if name.isEmpty { return "a plan needs a name" }
        if !amounts.allSatisfy({ $0 > 0 && $0.isFinite }) {
            return "weight, rate, patience, target delay and horizon must be above 0"
        }
        if burst < 1 || mostActiveJobs < 1 { return "burst and the most active jobs must be at least 1" }
        if let dailyAllowance, dailyAllowance < 0 { return "a daily allowance cannot be below 0" }
        if !(0...1).contains(floorQuality) || !(floorQuality...1).contains(ceilingQuality) {
            return "floor and ceiling of quality must lie in 0...1, the floor below the ceiling"
        }
        return priceMillicredits < 0 ? "a price cannot be below 0" : nil
    }

    /// What a team starts with that says nothing else.
    public static var defaults: [Plan] {
        var guest = Plan(name: "guest")
        guest.dailyAllowance = 10
        guest.picturesPerSecond = 0.2
        guest.burst = 3
        guest.mostActiveJobs = 2
        guest.patienceSeconds = 120
        guest.targetDelaySeconds = 20
        var free = Plan(name: "free")
        free.weight = 3
        free.dailyAllowance = 100
        free.picturesPerSecond = 1
        free.burst = 10
        free.mostActiveJobs = 20
        free.patienceSeconds = 300
        free.targetDelaySeconds = 15
        var plus = Plan(name: "plus")
        plus.rank = 1
        plus.weight = 5
        plus.dailyAllowance = 1_000
        plus.picturesPerSecond = 5
        plus.burst = 50
        plus.targetDelaySeconds = 5
        plus.floorQuality = 0.6
        plus.priceMillicredits = 10
        var pro = Plan(name: "pro")
        pro.rank = 2
        pro.weight = 10
        pro.mostActiveJobs = 10_000
        pro.targetDelaySeconds = 2
        pro.floorQuality = 0.7
        pro.priceMillicredits = 20
        return [guest, free, plus, pro]
    }
}
