/// One group's arrivals over the day: a Poisson process whose rate is constant within each of many short stretches, each
/// arrival exciting more of them where the group says so (drawn by thinning: Ogata, "On Lewis' simulation method for point
/// processes", IEEE Transactions on Information Theory 1981); or a recorded trace.
struct RequestSource: Sendable {
    let group: Int
    let isSignUp: Bool
    var random: RandomStream
    /// `Int64.max`: no more.
    private(set) var nextMicroseconds: Int64 = .max
    /// Who it is, where a trace says so.
    private(set) var namedPerson: Int?

    /// A second.
    private let rates: [Double]
    private let width: Double
    private let childShare: Double
    private let childDelay: Double
    private var bin = 0
    private var seconds = 0.0
    /// What earlier arrivals add to the rate.
    private var excitation = 0.0

    private let recorded: [(microseconds: Int64, person: Int?)]
    private var place = 0

    private static let stretches = 4_096

    init(_ curve: DemandCurve, day: Day, group: Int, isSignUp: Bool, share: Double, random: RandomStream) {
        self.group = group
        self.isSignUp = isSignUp
        self.random = random
        width = day.durationSeconds / Double(Self.stretches)
        childShare = curve.spread?.share ?? 0
        childDelay = curve.spread?.delay.seconds ?? 1
        recorded = []
        rates = curve.rates(
            count: Self.stretches,
            durationSeconds: day.durationSeconds,
            startsAt: day.startsAt.unixSeconds,
            zoneHours: day.people[group].zoneHours
        ).map { $0 * share * (1 - (curve.spread?.share ?? 0)) }
        advance()
    }

    init(_ trace: ArrivalTrace, day: Day, group: Int, share: Double, random: RandomStream) {
        self.group = group
        isSignUp = false
        self.random = random
        (rates, width, childShare, childDelay) = ([], 1, 0, 1)
        var names: [String: Int?] = [:]
        var count = 0
        var draws = random
        recorded = trace.arrivals.filter { $0.seconds < day.durationSeconds }.sorted { $0.seconds < $1.seconds }
            .compactMap { arrival in
                // A part of the people sends a part of the trace: all that a name asks for, or nothing.
                if let user = arrival.user {
                    if names[user] == nil {
                        let isTaken = draws.unit() < share
                        names[user] = .some(isTaken ? count : nil)
                        if isTaken { count += 1 }
                    }
                    guard case .some(.some(let person)) = names[user] else { return nil }
                    return (Int64(arrival.seconds * 1_000_000), person)
                }
                return draws.unit() < share ? (Int64(arrival.seconds * 1_000_000), nil) : nil
            }
        advance()
    }

    mutating func advance() {
        guard recorded.isEmpty else {
            nextMicroseconds = place < recorded.count ? recorded[place].microseconds : .max
            namedPerson = place < recorded.count ? recorded[place].person : nil
            place += 1
            return
        }
        while bin < rates.count {
            let end = Double(bin + 1) * width
            let bound = rates[bin] + excitation
            let gap = bound > 0 ? -PortableMath.log(1 - random.unit()) / bound : .infinity
            // Gaps have no memory, so each stretch may begin with a fresh one.
            guard seconds + gap < end else {
                decay(end - seconds)
                seconds = end
                bin += 1
                continue
            }
            seconds += gap
            if childShare > 0 {
                decay(gap)
                guard random.unit() * bound <= rates[bin] + excitation else { continue }
                excitation += childShare / childDelay
            }
            nextMicroseconds = Int64(seconds * 1_000_000)
            return
        }
        nextMicroseconds = .max
    }

    private mutating func decay(_ seconds: Double) {
        guard excitation > 0 else { return }
        excitation *= PortableMath.exp(-seconds / childDelay)
        if excitation < 1e-12 { excitation = 0 }
    }
}
