internal import Scenarios

/// Says which user sends a request.
struct UserDealer {
    private var generator: RandomStream
    /// For every group: where its share ends on a scale from 0 to their sum, and its users.
    private let groups: [(end: Double, users: Range<Int>)]
    private let everybody: [Int]
    private var named: [String: Int] = [:]

    init(_ scenario: LoadScenario, seed: UInt64) {
        var end = 0.0
        var first = 0
        groups = scenario.users.map { group in
            end += group.shareOfRequests
            defer { first += group.count }
            return (end, first..<first + group.count)
        }
        var shuffler = RandomStream(seed: seed, stream: 2)
        everybody = Array(0..<first).shuffled(using: &shuffler)
        generator = RandomStream(seed: seed, stream: 3)
    }

    /// A user of a group that is drawn by its share of the requests. Names of a trace are dealt to all users in turn,
    /// whatever their group: the trace says how often each sends.
    mutating func user(for arrival: ArrivalTrace.Arrival) -> Int {
        guard let name = arrival.user, !everybody.isEmpty else { return drawn() }
        if let user = named[name] { return user }
        let user = everybody[named.count % everybody.count]
        named[name] = user
        return user
    }

    private mutating func drawn() -> Int {
        let position = generator.unit() * (groups.last?.end ?? 0)
        guard let group = groups.first(where: { position < $0.end }) ?? groups.last, !group.users.isEmpty else {
            return 0
        }
        return Int.random(in: group.users, using: &generator)
    }
}
