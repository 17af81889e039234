/// How near two spellings are.
enum Spelling {
    /// How many slips of the finger a word may have: none in short words, which are too near to others.
    static func tolerance(letters: Int) -> Int {
        switch letters {
        case ..<6: 0
        case ..<9: 1
        default: 2
        }
    }

    /// A word with every run of a letter made one: doubling is the commonest mistake, and the commonest disguise.
    static func collapse(_ word: some Sequence<Letter>, into collapsed: inout [Letter]) {
        collapsed.removeAll(keepingCapacity: true)
        for letter in word where letter != collapsed.last { collapsed.append(letter) }
    }

    static func collapsed(_ word: some Sequence<Letter>) -> [Letter] {
        var collapsed: [Letter] = []
        collapse(word, into: &collapsed)
        return collapsed
    }

    /// Whether a letter comes three times in a row, which no language does.
    static func isStretched(_ word: [Letter]) -> Bool {
        guard word.count > 2 else { return false }
        for index in 2..<word.count where word[index] == word[index - 1] && word[index] == word[index - 2] {
            return true
        }
        return false
    }

    /// The fewest letters to change, leave out, put in or swap with their neighbour; `limit + 1` where there are more.
    static func distance(_ one: [Letter], _ other: [Letter], limit: Int) -> Int {
        let beyond = limit + 1
        guard abs(one.count - other.count) <= limit else { return beyond }
        if one == other { return 0 }
        if limit == 0 { return beyond }
        var beforeLast = [Int](repeating: beyond, count: other.count + 1)
        var last = Array(0...other.count)
        var row = last
        for (i, letter) in one.enumerated() {
            row[0] = i + 1
            var least = row[0]
            for (j, match) in other.enumerated() {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter == match ? 0 : 1))
                if i > 0, j > 0, letter == other[j - 1], one[i - 1] == match { cost = min(cost, beforeLast[j - 1] + 1) }
                row[j + 1] = cost
                least = min(least, cost)
            }
            if least > limit { return beyond }
            (beforeLast, last, row) = (last, row, beforeLast)
        }
        return min(last[other.count], beyond)
    }
}
