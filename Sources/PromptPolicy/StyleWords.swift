/// The words beside which a doubtful name means a look, or a title.
struct StyleWords: Sendable {
    /// Words right before or right after a name.
    struct Surroundings: Sendable {
        fileprivate let before: [UInt64: [[UInt64]]]
        fileprivate let after: [UInt64: [[UInt64]]]
        fileprivate let between: Set<UInt64>
        /// Of languages that part no words.
        fileprivate let wideAfter: [[Letter]]
    }

    /// What people put on a name: "picassoesque", "ghiblistyle", "picassos".
    struct Ending: Sendable {
        let letters: [Letter]
        /// Or only of grammar.
        let isStyle: Bool
    }

    let style: Surroundings
    let title: Surroundings
    /// By their last letter.
    let endings: [Letter: [Ending]]
    let glue: [[Letter]]
    /// What makes a name before it a place or a thing.
    private let things: Set<UInt64>
    let wordOfS: UInt64

    init(yaml: String) throws(PolicyError) {
        let file = try PolicyNode(yaml: yaml)
        try file.checkKeys(["style", "title", "endings", "plurals", "glue", "things"])
        style = try Self.surroundings(try file.required("style"))
        title = try Self.surroundings(try file.required("title"))
        let endings =
            try file.required("endings").texts().map { Ending(letters: Self.letters($0), isStyle: true) }
            + file.required("plurals").texts().map { Ending(letters: Self.letters($0), isStyle: false) }
        self.endings = Dictionary(grouping: endings.filter { !$0.letters.isEmpty }) { $0.letters[$0.letters.count - 1] }
        glue = try file.required("glue").texts().map(Self.letters)
        things = Set(try file.required("things").texts().map { WordHash.whole(Self.letters($0)) })
        wordOfS = WordHash.whole(Self.letters("s"))
    }

    private static func letters(_ text: String) -> [Letter] { FoldedText(text, splitsCapitals: false).native }

    private static func surroundings(_ node: PolicyNode) throws(PolicyError) -> Surroundings {
        try node.checkKeys(["before", "after", "between"])
        var before: [UInt64: [[UInt64]]] = [:]
        for phrase in try node.required("before").texts() {
            let words = hashes(FoldedText(phrase))
            if let last = words.last { before[last, default: []].append(words) }
        }
        var after: [UInt64: [[UInt64]]] = [:]
        var wideAfter: [[Letter]] = []
        for phrase in try node.required("after").texts() {
            let folded = FoldedText(phrase)
            let words = hashes(folded)
            guard let first = words.first else { continue }
            after[first, default: []].append(words)
            if folded.tokens.contains(where: { $0.makeup.contains(.wide) }) { wideAfter.append(folded.native) }
        }
        let between = Set(try node.required("between").texts().flatMap { hashes(FoldedText($0)) })
        return Surroundings(before: before, after: after, between: between, wideAfter: wideAfter)
    }

    static func hashes(_ text: FoldedText) -> [UInt64] {
        var letters: [Letter] = []
        return text.tokens.indices.map { index in
            text.word(index..<index + 1, into: &letters)
            return WordHash.whole(letters)
        }
    }

    // MARK: Asking

    /// The words before a name that make it a look. Between them and the name may stand a few others ("the great painter").
    func phraseBefore(_ start: Int, _ hashes: [UInt64], _ surroundings: Surroundings) -> Range<Int>? {
        var end = start
        var skipped = 0
        while end > 0 {
            let longest = (surroundings.before[hashes[end - 1]] ?? []).filter { words in
                words.count <= end && hashes[(end - words.count)..<end].elementsEqual(words)
            }.max { $0.count < $1.count }
            if let longest { return end - longest.count..<end }
            guard skipped < 3, surroundings.between.contains(hashes[end - 1]) else { return nil }
            end -= 1
            skipped += 1
        }
        return nil
    }

    /// The words after a name that make it a look.
    func phraseAfter(_ end: Int, _ text: FoldedText, _ hashes: [UInt64], _ surroundings: Surroundings) -> Range<Int>? {
        var start = end
        if start < hashes.count, text.tokens[start].gap == .joint, hashes[start] == wordOfS { start += 1 }
        guard start < hashes.count, text.tokens[start].gap != .stop else { return nil }
        let longest = (surroundings.after[hashes[start]] ?? []).filter { words in
            start + words.count <= hashes.count && hashes[start..<start + words.count].elementsEqual(words)
        }.max { $0.count < $1.count }
        if let longest { return start..<start + longest.count }
        if text.tokens[start].makeup.contains(.wide),
            isWideAfter(text.tokens[start].letters.lowerBound, text, surroundings)
        {
            return start..<start + 1
        }
        return nil
    }

    /// Whether a word of style begins at a letter of a text without spaces, behind a particle at most.
    func isWideAfter(_ letter: Int, _ text: FoldedText, _ surroundings: Surroundings) -> Bool {
        let rest = text.native[letter...]
        let particles: Set<Letter> = [0x30CE, 0x7684, 0xC758]
        return surroundings.wideAfter.contains { word in
            rest.starts(with: word)
                || (rest.first.map(particles.contains) ?? false && rest.dropFirst().starts(with: word))
        }
    }

    func isThing(_ index: Int, _ text: FoldedText, _ hashes: [UInt64]) -> Bool {
        index < hashes.count && text.tokens[index].gap == .space && things.contains(hashes[index])
    }
}
