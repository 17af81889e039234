/// All requests of a day, one after the other: the same for the same day and seed, whoever serves them. The laboratory and the
/// load tool play the same ones.
package struct RequestStream: Sendable {
    private var sources: [RequestSource] = []
    private var manners: [Manner] = []
    /// Members so far, by group.
    private var members: [Int] = []
    private var nextSource = 0

    /// What is drawn for each request of a group.
    private struct Manner: Sendable {
        /// Equally likely patiences, in microseconds.
        let patiences: [Int64]
        /// Picture counts and up to which share of 1 each reaches.
        let pictures: [(count: Int, upTo: Double)]
        let tail: Int
    }

    private static let patienceCount = 1_024

    /// - Parameters:
    ///   - share: of the people, in 0...1: a cell's or a scaled day's part.
    ///   - traces: recorded arrivals, by group.
    package init(_ day: Day, seed: UInt64, share: Double = 1, traces: [Int: ArrivalTrace] = [:]) {
        for (index, group) in day.people.enumerated() {
            members.append(Int((Double(group.members) * share).rounded()))
            manners.append(Self.manner(of: group))
            func source(_ curve: DemandCurve, isSignUp: Bool) -> RequestSource {
                RequestSource(
                    curve,
                    day: day,
                    group: index,
                    isSignUp: isSignUp,
                    share: share,
                    random: RandomStream(seed: seed, stream: UInt64(index) * 4 + (isSignUp ? 1 : 0))
                )
            }
            if let trace = traces[index] {
                let random = RandomStream(seed: seed, stream: UInt64(index) * 4 + 2)
                sources.append(RequestSource(trace, day: day, group: index, share: share, random: random))
            } else {
                sources.append(source(group.requests, isSignUp: false))
            }
            if let signUps = group.signUps { sources.append(source(signUps, isSignUp: true)) }
        }
        findNext()
    }

    /// Reads the traces that a day names.
    package static func traces(of day: Day) throws(ScenarioError) -> [Int: ArrivalTrace] {
        var traces: [Int: ArrivalTrace] = [:]
        for (index, group) in day.people.enumerated() {
            if let file = group.trace { traces[index] = try ArrivalTrace(file: file) }
        }
        return traces
    }

    /// When the next request comes; `Int64.max` when there is none.
    package var nextMicroseconds: Int64 { sources[nextSource].nextMicroseconds }

    /// The request that comes at ``nextMicroseconds``; nil when it turns out to be nobody's: then there may be later ones.
    package mutating func next() -> SimulatedRequest? {
        guard nextMicroseconds < .max else { return nil }
        let request = draw()
        sources[nextSource].advance()
        findNext()
        return request
    }

    private mutating func draw() -> SimulatedRequest? {
        let index = nextSource
        let group = sources[index].group
        let person: Int
        if sources[index].isSignUp {
            person = members[group]
            members[group] += 1
        } else if let named = sources[index].namedPerson {
            person = members[group] > 0 ? named % members[group] : named
        } else {
            guard members[group] > 0 else { return nil }
            var place = sources[index].random.unit()
            let unit = place
            for _ in 1..<manners[group].tail { place *= unit }
            person = min(members[group] - 1, Int(place * Double(members[group])))
        }
        let bits = sources[index].random.next()
        let patience = manners[group].patiences[Int(bits & UInt64(Self.patienceCount - 1))]
        var pictures = manners[group].pictures[0].count
        if manners[group].pictures.count > 1 {
            let unit = Double(bits >> 11) * 0x1p-53
            pictures = manners[group].pictures.first { unit < $0.upTo }?.count ?? pictures
        }
        return SimulatedRequest(
            atMicroseconds: sources[index].nextMicroseconds,
            group: group,
            person: person,
            isSignUp: sources[index].isSignUp,
            pictures: pictures,
            patienceMicroseconds: patience
        )
    }

    private mutating func findNext() {
        var best = 0
        for index in sources.indices where sources[index].nextMicroseconds < sources[best].nextMicroseconds {
            best = index
        }
        nextSource = best
    }

    private static func manner(of group: PeopleGroup) -> Manner {
        let median = group.client.patience.seconds * 1_000_000
        let spread = group.client.patienceSpread
        let patiences = (0..<patienceCount).map { index -> Int64 in
            let unit = (Double(index) + 0.5) / Double(patienceCount)
            let logit = PortableMath.log(unit) - PortableMath.log(1 - unit)
            return Int64(min(1e15, median * PortableMath.exp(spread * logit)))
        }
        let sum = group.pictures.reduce(0) { $0 + $1.share }
        var reached = 0.0
        let pictures = group.pictures.map { part in
            reached += part.share / sum
            return (part.count, reached)
        }
        return Manner(patiences: patiences, pictures: pictures, tail: group.tail)
    }
}
