/// How the model chooses what a prompt leaves open, so that a picture is of one mind: the section `completion` of a manifest.
///
/// A network told nothing of a group paints something between its values. What was not said is therefore chosen before the
/// first step, by the seed, among the values that go with what was said.
public struct ConditionCompletion: Sendable, Hashable, Codable {
    /// What goes with one value: of `other` only `values`.
    public struct Rule: Sendable, Hashable, Codable {
        let group: String
        let value: String
        let other: String
        let values: [String]
    }

    /// A group is open when "unsaid" has at least so much of it; a value is decided when it has.
    private static let threshold: Float = 0.5
    /// Makes other numbers of the seed than the noise does: "meadow" in ASCII.
    private static let salt: UInt64 = 0x6D65_6164_6F77

    /// The groups, in the order in which they are chosen.
    let order: [String]
    /// What is chosen wherever it fits, by group.
    let usual: [String: String]
    let fits: [Rule]

    /// What is wrong with it, in a sentence; nil when all is well.
    func problem(groups: [FlowDescription.Group]) -> String? {
        let values = Dictionary(groups.map { ($0.name, Set($0.values)) }) { first, _ in first }
        let named = order + usual.keys.sorted() + fits.flatMap { [$0.group, $0.other] }
        if let unknown = named.first(where: { values[$0] == nil }) {
            return "flow.completion names the group '\(unknown)', which is not among flow.groups"
        }
        let pairs =
            usual.sorted { $0.key < $1.key }.map { ($0.key, [$0.value]) }
            + fits.flatMap { [($0.group, [$0.value]), ($0.other, $0.values)] }
        for (group, named) in pairs {
            if let unknown = named.first(where: { values[group]?.contains($0) != true }) {
                return "flow.completion: '\(group)' has no value '\(unknown)'"
            }
        }
        return nil
    }

    /// The condition with what was not said chosen by the seed. Where nothing fits, a group stays unsaid.
    ///
    /// - Parameter condition: as many values as the groups with an "unsaid" each make.
    func completed(_ condition: [Float], seed: UInt64, groups: [FlowDescription.Group]) -> [Float] {
        var condition = condition
        var decided: [String: String] = [:]
        var starts: [String: (start: Int, place: Int)] = [:]
        var start = 0
        for (place, group) in groups.enumerated() {
            starts[group.name] = (start, place)
            let best = group.values.indices.max { condition[start + $0] < condition[start + $1] }
            if let best, condition[start + best] >= Self.threshold { decided[group.name] = group.values[best] }
            start += group.values.count + 1
        }
        let ground = FlowNoise.mix(seed ^ Self.salt)
        for name in order {
            guard let (start, place) = starts[name] else { continue }
            let values = groups[place].values
            guard condition[start + values.count] >= Self.threshold else { continue }
            let allowed = values.indices.filter { isAllowed(values[$0], of: name, beside: decided) }
            guard let chosen = choice(allowed, values, name, FlowNoise.number(place, seed: ground)) else { continue }
            for index in start...start + values.count { condition[index] = index == start + chosen ? 1 : 0 }
            decided[name] = values[chosen]
        }
        return condition
    }

    private func choice(_ allowed: [Int], _ values: [String], _ group: String, _ number: UInt64) -> Int? {
        if let usual = usual[group], let index = allowed.first(where: { values[$0] == usual }) { return index }
        return allowed.isEmpty ? nil : allowed[Int(number % UInt64(allowed.count))]
    }

    private func isAllowed(_ value: String, of group: String, beside decided: [String: String]) -> Bool {
        fits.allSatisfy { rule in
            if rule.group == group, rule.value == value, let other = decided[rule.other] {
                return rule.values.contains(other)
            }
            if rule.other == group, decided[rule.group] == rule.value { return rule.values.contains(value) }
            return true
        }
    }
}
