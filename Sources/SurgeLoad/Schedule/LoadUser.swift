/// A simulated user.
public struct LoadUser: Hashable, Sendable {
    /// The key that it signs its requests with. Never reported.
    public let key: String
    public let plan: String
    /// The name of its group.
    public let group: String

    public init(key: String, plan: String, group: String) {
        self.key = key
        self.plan = plan
        self.group = group
    }

    /// One user for every head of the scenario's groups, in their order, each with a key of its own.
    ///
    /// - Parameter keys: by plan; the groups of a plan take them one after the other.
    static func all(of scenario: LoadScenario, keys: [String: [String]]) throws(LoadError) -> [LoadUser] {
        var left = keys.mapValues { $0[...] }
        var users: [LoadUser] = []
        for group in scenario.users {
            let own = left[group.plan]?.prefix(group.count) ?? []
            guard own.count == group.count else {
                throw .notEnoughKeys(
                    plan: group.plan,
                    needed: scenario.users.reduce(0) { $0 + ($1.plan == group.plan ? $1.count : 0) },
                    given: keys[group.plan]?.count ?? 0
                )
            }
            left[group.plan]?.removeFirst(group.count)
            users += own.map { LoadUser(key: $0, plan: group.plan, group: group.name) }
        }
        return users
    }
}
