/// Finds the names of an index in a text, however they are parted, run together, stretched or misspelt.
///
/// A class, because its closures would copy a value's many tables by reference count: half of the time, measured.
final class NameMatcher {
    /// A name in a text, before anybody asked what it means there.
    struct Match: Equatable {
        let owner: Int
        let use: NameIndex.Use
        let tokens: Range<Int>
        let letters: Range<Int>
        let source: Range<Int>
        /// An ending says that a look is meant: "Hopperesque".
        var isStyled = false
    }

    /// How a word of the text was read.
    private struct Reading {
        var tokens: Range<Int>
        var isExact = true
        /// With an ending of style.
        var isStyled = false
        /// With an ending of grammar.
        var isPlural = false
        /// Parts that stand apart were read as one word, which is less certain.
        var isLoose = false
    }

    let index: NameIndex
    let styleWords: StyleWords
    /// Never taken for misspellings.
    let innocentWords: Set<UInt64>

    init(index: NameIndex, styleWords: StyleWords, innocentWords: Set<UInt64>) {
        self.index = index
        self.styleWords = styleWords
        self.innocentWords = innocentWords
    }

    private static let mostParts = 6
    private static let longestWord = 24
    private static let shortestGlued = 6
    /// "cat bus" and "san rio" are words in their own right.
    private static let shortestLooseWord = 7
    private static let shortestGluedWord = 10
    /// Letters that stand alone one after another.
    private static let shortestSpelled = 4
    /// In a long name two words may have a slip each.
    private static let longName = 13
    /// Letters that may follow a short Korean name within its word: the beginnings of particles and of words of style.
    private static let koreanParticles: Set<Letter> = Set(
        "의풍스를을가이은는처같느화작와과에로도만".unicodeScalars.map(\.value)
    )

    func matches(in text: FoldedText) -> [Match] {
        var found: [Match] = []
        var letters: [Letter] = []
        var collapsed: [Letter] = []
        var hash = WordHash()
        var isSpelling = 0
        for start in text.tokens.indices {
            let token = text.tokens[start]
            if token.makeup.contains(.wide) { continue }
            let one = start..<start + 1
            text.word(one, into: &letters)
            read(letters, one, text, &collapsed, &hash, &found)
            if token.makeup == .other, text.disguisedWord(one, into: &letters) {
                readDisguised(letters, one, text, &collapsed, &found)
            }
            readParts(start, text, &letters, &collapsed, &hash, &found)
            if token.letters.count == 1 { isSpelling += 1 }
        }
        if isSpelling >= Self.shortestSpelled { readSpelled(text, &letters, &collapsed, &found) }
        readWide(text, &found)
        found.sort(by: Self.isBefore)
        var distinct: [Match] = []
        for match in found where distinct.last != match { distinct.append(match) }
        return distinct
    }

    /// In the order of the text, longer ones first.
    private static func isBefore(_ one: Match, _ other: Match) -> Bool {
        if one.source != other.source {
            return (one.source.lowerBound, other.source.upperBound) < (other.source.lowerBound, one.source.upperBound)
        }
        return (one.owner, one.use.rawValue, one.isStyled ? 1 : 0)
            < (other.owner, other.use.rawValue, other.isStyled ? 1 : 0)
    }

    // MARK: One word

    private func read(
        _ letters: [Letter],
        _ tokens: Range<Int>,
        _ text: FoldedText,
        _ collapsed: inout [Letter],
        _ hash: inout WordHash,
        _ found: inout [Match]
    ) {
        let before = found.count
        Spelling.collapse(letters, into: &collapsed)
        var isKnown = false
        index.exactly(letters, collapsed: collapsed) { word in
            isKnown = true
            check(word, Reading(tokens: tokens), text, &found)
        }
        // An anchor of a longer name that is not there is still a word that exists.
        if isKnown { return }
        if innocentWords.contains(WordHash.whole(letters)) { return }
        readEndings(letters, tokens, text, &found)
        if found.count > before { return }
        index.nearly(collapsed, hash: &hash) { word in
            check(word, Reading(tokens: tokens, isExact: false), text, &found)
        }
        if found.count == before, collapsed.count >= Self.shortestGluedWord {
            readGlued(collapsed, tokens, text, &hash, &found)
        }
    }

    /// A word of another script that passes for a Latin one as a whole. Exactly: it is somebody's ordinary word, mostly.
    private func readDisguised(
        _ letters: [Letter],
        _ tokens: Range<Int>,
        _ text: FoldedText,
        _ collapsed: inout [Letter],
        _ found: inout [Match]
    ) {
        Spelling.collapse(letters, into: &collapsed)
        index.exactly(letters, collapsed: collapsed) { word in
            if index.words[word].letters == letters { check(word, Reading(tokens: tokens), text, &found) }
        }
    }

    private func readEndings(_ letters: [Letter], _ tokens: Range<Int>, _ text: FoldedText, _ found: inout [Match]) {
        guard letters.count >= 5, let last = letters.last, let endings = styleWords.endings[last] else { return }
        for ending in endings {
            let count = letters.count - ending.letters.count
            guard count >= 4, letters[count...].elementsEqual(ending.letters) else { continue }
            let stem = Array(letters[..<count])
            index.exactly(stem, collapsed: Spelling.collapsed(stem)) { word in
                let reading = Reading(tokens: tokens, isStyled: ending.isStyle, isPlural: !ending.isStyle)
                check(word, reading, text, &found)
            }
        }
    }

    /// A long word that holds a name and a word of style: "inthestyleofghibli".
    private func readGlued(
        _ collapsed: [Letter],
        _ tokens: Range<Int>,
        _ text: FoldedText,
        _ hash: inout WordHash,
        _ found: inout [Match]
    ) {
        guard collapsed.count <= 64 else { return }
        hash.read(collapsed)
        for start in 0...(collapsed.count - Self.shortestGlued) {
            let longest = min(collapsed.count, start + Self.longestWord)
            for end in (start + Self.shortestGlued)...max(start + Self.shortestGlued, longest) {
                guard end - start < collapsed.count else { continue }
                index.exactly(hash: hash.part(start, end), collapsed: collapsed[start..<end]) { word in
                    let hasGlue = styleWords.glue.contains {
                        collapsed[..<start].holds($0) || collapsed[end...].holds($0)
                    }
                    if hasGlue { check(word, Reading(tokens: tokens, isLoose: true), text, &found) }
                }
            }
        }
    }

    // MARK: Several words as one

    /// "Ghi-bli", "mi.ya.za.ki", "sponge bob".
    private func readParts(
        _ start: Int,
        _ text: FoldedText,
        _ letters: inout [Letter],
        _ collapsed: inout [Letter],
        _ hash: inout WordHash,
        _ found: inout [Match]
    ) {
        var isLoose = false
        var isPlain = text.tokens[start].makeup == .latin
        var key: UInt64 = 0
        var previous: Letter = 0
        func extend(by token: FoldedText.Token) {
            for index in token.letters where text.native[index] != previous {
                previous = text.native[index]
                key = WordHash.extended(key, by: previous)
            }
        }
        extend(by: text.tokens[start])
        var end = start + 1
        while end < text.tokens.count, end - start < Self.mostParts {
            let token = text.tokens[end]
            guard token.gap != .stop, !token.makeup.contains(.wide) else { return }
            if token.gap == .space { isLoose = true }
            if token.makeup != .latin { isPlain = false }
            end += 1
            // In Russian, a word and a preposition often make a declined name: "шишки на", "Шишкина".
            if isLoose, end - start > 3 || token.makeup == .other { return }
            let count = token.letters.upperBound - text.tokens[start].letters.lowerBound
            guard count <= Self.longestWord else { return }
            extend(by: token)
            guard count >= (isLoose ? Self.shortestLooseWord : 4) else { continue }
            // Most neighbours make no word together: the fingerprint says so before any letter is copied.
            let isUnknown = isPlain && !index.mayKnow(hash: key)
            if isUnknown, isLoose || count < Self.shortestGlued { continue }
            text.word(start..<end, into: &letters)
            Spelling.collapse(letters, into: &collapsed)
            let before = found.count
            index.exactly(letters, collapsed: collapsed) { word in
                let known = index.words[word].letters
                // Across spaces, exactly so: "vangogh sunflowers" are not "Van Gogh's Sunflowers".
                if known.count >= 4, !isLoose || known == letters {
                    check(word, Reading(tokens: start..<end, isLoose: true), text, &found)
                }
            }
            if !isLoose, found.count == before, collapsed.count >= Self.shortestGlued,
                !innocentWords.contains(WordHash.whole(letters))
            {
                index.nearly(collapsed, hash: &hash) { word in
                    check(word, Reading(tokens: start..<end, isExact: false, isLoose: true), text, &found)
                }
            }
        }
    }

    /// "g h i b l i".
    private func readSpelled(
        _ text: FoldedText,
        _ letters: inout [Letter],
        _ collapsed: inout [Letter],
        _ found: inout [Match]
    ) {
        var start = 0
        while start < text.tokens.count {
            var end = start
            while end < text.tokens.count, text.tokens[end].letters.count == 1, !text.tokens[end].makeup.contains(.wide)
            {
                end += 1
            }
            if end - start >= Self.shortestSpelled {
                text.word(start..<end, into: &letters)
                readSpelled(letters, start, text, &collapsed, &found)
            }
            start = max(end, start + 1)
        }
    }

    private func readSpelled(
        _ letters: [Letter],
        _ first: Int,
        _ text: FoldedText,
        _ collapsed: inout [Letter],
        _ found: inout [Match]
    ) {
        for start in letters.indices {
            var key: UInt64 = 0
            var previous: Letter = 0
            for end in start..<min(letters.count, start + Self.longestWord) {
                if letters[end] != previous {
                    key = WordHash.extended(key, by: letters[end])
                    previous = letters[end]
                }
                guard end - start + 1 >= Self.shortestSpelled, index.mayKnow(hash: key) else { continue }
                Spelling.collapse(letters[start...end], into: &collapsed)
                index.exactly(hash: key, collapsed: collapsed[...]) { word in
                    guard index.words[word].letters.elementsEqual(letters[start...end]) else { return }
                    let tokens = first + start..<first + end + 1
                    check(word, Reading(tokens: tokens, isLoose: true), text, &found)
                }
            }
        }
    }

    // MARK: From a word to a name

    private func check(_ word: Int, _ reading: Reading, _ text: FoldedText, _ found: inout [Match]) {
        for number in index.words[word].names {
            let name = index.names[number]
            guard reading.isExact || name.isForgiving else { continue }
            let isLastWord = name.anchor == name.words.count - 1
            switch name.use {
            case .name: if reading.isStyled || reading.isPlural, !isLastWord { continue }
            case .doubtful: if reading.isPlural || reading.isLoose || reading.isStyled && !isLastWord { continue }
            case .innocent: if reading.isPlural || reading.isLoose || reading.isStyled { continue }
            }
            guard let tokens = extent(name, word, reading, text), let last = tokens.last else { continue }
            found.append(
                Match(
                    owner: name.owner,
                    use: name.use,
                    tokens: tokens,
                    letters: text.tokens[tokens.lowerBound].letters.lowerBound..<text.tokens[last].letters.upperBound,
                    source: text.source(tokens),
                    isStyled: reading.isStyled
                )
            )
        }
    }

    /// The tokens that a name covers if its other words stand beside its anchor.
    private func extent(_ name: NameIndex.Name, _ word: Int, _ reading: Reading, _ text: FoldedText) -> Range<Int>? {
        guard name.words.count > 1 else { return reading.tokens }
        let first = reading.tokens.lowerBound - name.anchor
        let end = reading.tokens.upperBound + name.words.count - 1 - name.anchor
        guard first >= 0, end <= text.tokens.count else { return nil }
        let isForgiving =
            name.isForgiving && name.isPerson && index.words[word].collapsed.count >= 6
            && (reading.isExact || name.letterCount >= Self.longName)
        var letters: [Letter] = []
        for place in name.words.indices where place != name.anchor {
            let token =
                place < name.anchor ? first + place : reading.tokens.upperBound + place - name.anchor - 1
            text.word(token..<token + 1, into: &letters)
            guard index.fits(name.words[place], letters, isForgiving: isForgiving) else { return nil }
        }
        // "Batman, Turkey" is still the town.
        if name.use == .innocent { return first..<end }
        for token in (first + 1)..<end where !reading.tokens.dropFirst().contains(token) {
            guard text.tokens[token].gap != .stop else { return nil }
        }
        return first..<end
    }

    // MARK: Languages without spaces

    private func readWide(_ text: FoldedText, _ found: inout [Match]) {
        guard text.tokens.contains(where: { $0.makeup.contains(.wide) }) else { return }
        for (number, token) in text.tokens.enumerated() {
            let isWide = token.makeup.contains(.wide)
            for start in isWide ? token.letters : token.letters.prefix(1) {
                index.wide(text.native, at: start) { name in
                    guard let tokens = wideExtent(index.wideNames[name], start, number, text), let last = tokens.last
                    else { return }
                    let letters = start..<start + index.wideNames[name].count
                    found.append(
                        Match(
                            owner: index.wideNames[name].owner,
                            use: index.wideNames[name].use,
                            tokens: tokens.lowerBound..<last + 1,
                            letters: letters,
                            source: text.sources[letters.lowerBound]
                                .lowerBound..<text.sources[letters.upperBound - 1].upperBound
                        )
                    )
                }
            }
        }
    }

    /// The tokens that a name touches, if it begins and ends where a word may.
    private func wideExtent(_ name: NameIndex.WideName, _ start: Int, _ token: Int, _ text: FoldedText) -> Range<Int>? {
        let end = start + name.count
        var last = token
        while text.tokens[last].letters.upperBound < end {
            last += 1
            guard text.tokens[last].gap != .stop else { return nil }
        }
        let isInsideBefore = start > text.tokens[token].letters.lowerBound
        let isInsideAfter = end < text.tokens[last].letters.upperBound
        switch name.scripts.first {
        case .katakana: if isInsideBefore, text.scripts[start - 1] == .katakana { return nil }
        case .hangul: if isInsideBefore, text.scripts[start - 1] == .hangul { return nil }
        case .latin, .other: if isInsideBefore { return nil }
        case .han, .hiragana: break
        }
        guard isInsideAfter else { return token..<last + 1 }
        switch name.scripts.last {
        case .katakana: if text.scripts[end] == .katakana { return nil }
        case .hangul:
            if name.count < 3, text.scripts[end] == .hangul, !Self.koreanParticles.contains(text.native[end]) {
                return nil
            }
        case .latin, .other: if !text.scripts[end].isWide { return nil }
        case .han, .hiragana: break
        }
        return token..<last + 1
    }
}

extension ArraySlice<Letter> {
    fileprivate func holds(_ part: [Letter]) -> Bool {
        guard part.count <= count else { return false }
        return (startIndex...(endIndex - part.count)).contains { self[$0...].starts(with: part) }
    }
}
