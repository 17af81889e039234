/// The names of many rules, found by their words.
///
/// Each name is filed under its longest word, its anchor: a prompt's word that is no anchor, nor near one, costs one or a few
/// questions to a table, and only where an anchor is found are the words beside it compared. An automaton over letters
/// (Aho–Corasick) would find exact forms as fast, but knows nothing of misspellings, nor of words parted and run together.
struct NameIndex: Sendable {
    /// One form of a rule's name.
    struct Form {
        /// Whose name it is.
        let owner: Int
        let text: String
        var use = Use.name
        /// Whether slips of the finger are forgiven.
        var isForgiving = false
        /// Of people, also the words beside the anchor are forgiven a slip; "blue cartoon" is not "Bluey cartoon".
        var isPerson = false
    }

    enum Use: UInt8, Sendable {
        /// Means nothing else.
        case name
        /// Also means something else.
        case doubtful
        /// Contains a name and means something else.
        case innocent
    }

    struct Name: Sendable {
        let owner: Int
        let use: Use
        let words: [Int]
        let anchor: Int
        let isForgiving: Bool
        let isPerson: Bool
        let letterCount: Int
    }

    struct Word: Sendable {
        let letters: [Letter]
        let collapsed: [Letter]
        /// Of the names that it anchors.
        var names: [Int] = []
        /// Slips of the finger that it forgives.
        var tolerance = 0
        /// Whether doubled letters have to be as they are.
        var isStrict: Bool
    }

    struct WideName: Sendable {
        let owner: Int
        let use: Use
        let count: Int
        /// Of the first and the last letter.
        let scripts: (first: LetterFolding.Script, last: LetterFolding.Script)
    }

    private(set) var names: [Name] = []
    private(set) var words: [Word] = []
    private(set) var wideNames: [WideName] = []
    private var exact = WordTable()
    private var near = WordTable()
    private var wordsByLetters: [[Letter]: Int] = [:]
    /// The tree of names without spaces: by node and letter.
    private var branches: [UInt64: Int] = [:]
    private var leaves: [Int: [Int]] = [:]
    private var nodes = 1

    init(_ forms: [Form]) {
        for form in forms { add(form) }
        for index in words.indices where !words[index].names.isEmpty {
            exact.insert(Int32(index), for: WordHash.whole(words[index].collapsed))
            fileNeighbours(index)
        }
    }

    private mutating func add(_ form: Form) {
        let folded = FoldedText(form.text, splitsCapitals: false)
        guard !folded.tokens.isEmpty else { return }
        if folded.tokens.contains(where: { $0.makeup.contains(.wide) }) {
            addWide(form, folded)
            return
        }
        add(folded, form)
        if form.text.unicodeScalars.contains(where: { (0x0400...0x04FF).contains($0.value) }) {
            for text in RussianForms.of(form.text) {
                add(FoldedText(text, splitsCapitals: false), Form(owner: form.owner, text: text, use: form.use))
            }
        }
    }

    private mutating func add(_ folded: FoldedText, _ form: Form) {
        var letters: [Letter] = []
        let ids = folded.tokens.indices.map { index in
            folded.word(index..<index + 1, into: &letters)
            return word(letters)
        }
        file(ids, form)
        guard ids.count > 1, form.use == .name else { return }
        folded.word(folded.tokens.indices, into: &letters)
        let joined = ids.flatMap { words[$0].letters }
        guard joined.count >= 6 else { return }
        var form = form
        // Run together, two words are often near to a third: "stanlee" to "stanley", "spiderman" to "spielmann".
        if joined.count < 9 { form.isForgiving = false }
        let isNew = wordsByLetters[joined] == nil
        let id = word(joined)
        if isNew { words[id].isStrict = joined.count < 9 }
        file([id], form, isJoined: true)
    }

    private mutating func word(_ letters: [Letter]) -> Int {
        if let known = wordsByLetters[letters] { return known }
        let collapsed = Spelling.collapsed(letters)
        words.append(Word(letters: letters, collapsed: collapsed, isStrict: letters.count < 6))
        wordsByLetters[letters] = words.count - 1
        return words.count - 1
    }

    private mutating func file(_ ids: [Int], _ form: Form, isJoined: Bool = false) {
        guard let anchor = ids.indices.max(by: { words[ids[$0]].letters.count < words[ids[$1]].letters.count })
        else { return }
        names.append(
            Name(
                owner: form.owner,
                use: form.use,
                words: ids,
                anchor: anchor,
                isForgiving: form.isForgiving,
                isPerson: form.isPerson,
                letterCount: ids.reduce(0) { $0 + words[$1].letters.count }
            )
        )
        let word = ids[anchor]
        words[word].names.append(names.count - 1)
        if form.isForgiving {
            let own = Spelling.tolerance(letters: words[word].collapsed.count)
            words[word].tolerance = max(words[word].tolerance, isJoined ? min(own, 1) : own)
        }
    }

    private mutating func addWide(_ form: Form, _ folded: FoldedText) {
        guard let first = folded.scripts.first, let last = folded.scripts.last else { return }
        var node = 0
        for letter in folded.native {
            let key = UInt64(node) << 32 | UInt64(letter)
            if let next = branches[key] {
                node = next
            } else {
                branches[key] = nodes
                node = nodes
                nodes += 1
            }
        }
        wideNames.append(
            WideName(owner: form.owner, use: form.use, count: folded.native.count, scripts: (first, last))
        )
        leaves[node, default: []].append(wideNames.count - 1)
    }

    private mutating func fileNeighbours(_ index: Int) {
        let word = words[index]
        guard word.tolerance > 0 else { return }
        var hash = WordHash()
        hash.read(word.collapsed)
        hash.forEachShorter(by: word.tolerance) { near.insert(Int32(index), for: $0) }
    }

    // MARK: Asking

    /// False for most words that are no anchors.
    @inline(__always)
    func mayKnow(hash: UInt64) -> Bool { exact.mayHold(hash) }

    /// The anchors that a word is.
    /// - Parameters:
    ///   - letters: as written; in short words, doubled letters count.
    ///   - collapsed: the same without doubled letters.
    func exactly(_ letters: [Letter], collapsed: [Letter], found: (Int) -> Void) {
        exact.forEach(WordHash.whole(collapsed)) { index in
            if isSame(words[index], letters, collapsed) { found(index) }
        }
    }

    /// The anchors that a part of a word is.
    func exactly(hash: UInt64, collapsed: ArraySlice<Letter>, found: (Int) -> Void) {
        exact.forEach(hash) { index in
            if words[index].letters.count >= 4, words[index].collapsed.elementsEqual(collapsed) { found(index) }
        }
    }

    private func isSame(_ word: Word, _ letters: [Letter], _ collapsed: [Letter]) -> Bool {
        word.collapsed == collapsed
            && (word.letters == letters || !word.isStrict || Spelling.isStretched(letters))
    }

    /// The anchors that a word may be a misspelling of.
    func nearly(_ collapsed: [Letter], hash: inout WordHash, found: (Int) -> Void) {
        let count = collapsed.count
        guard (5...32).contains(count) else { return }
        hash.read(collapsed)
        let most = count < 6 ? 0 : count < 9 ? 1 : 2
        hash.forEachShorter(by: most) { key in
            near.forEach(key) { index in
                let word = words[index]
                // Two slips, but not two letters too many or too few: that is another word ("Hiroshi", "Hiroshige").
                guard abs(word.collapsed.count - count) < 2 else { return }
                if Spelling.distance(word.collapsed, collapsed, limit: word.tolerance) <= word.tolerance {
                    found(index)
                }
            }
        }
    }

    /// Whether a word is the one that a name has beside its anchor.
    /// - Parameter isForgiving: the anchor is long and fits, so a slip in another word is forgiven, unless it is very short.
    func fits(_ index: Int, _ letters: [Letter], isForgiving: Bool) -> Bool {
        let word = words[index]
        if word.letters == letters { return true }
        let collapsed = Spelling.collapsed(letters)
        if isSame(word, letters, collapsed) { return true }
        return isForgiving && word.letters.count >= 5
            && Spelling.distance(word.collapsed, collapsed, limit: 1) <= 1
    }

    /// The names without spaces that begin at a letter.
    func wide(_ letters: [Letter], at start: Int, found: (Int) -> Void) {
        var node = 0
        var index = start
        while index < letters.count, let next = branches[UInt64(node) << 32 | UInt64(letters[index])] {
            node = next
            index += 1
            if let ends = leaves[node] {
                for end in ends { found(end) }
            }
        }
    }
}
