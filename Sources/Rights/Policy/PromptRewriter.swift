/// Puts plain descriptions in the place of names, so that the rest still reads as a sentence.
///
/// The name of a look ("Ghibli style portrait of a cat") gives way to "in the style of …" where the sentence has room for it:
/// in its place, or at the end. The name of a thing ("Pikachu eating noodles") is described in its place.
struct PromptRewriter {
    /// What is put in the place of some bytes.
    private struct Edit {
        var source: Range<Int>
        var text: String
    }

    /// A name to replace, with the words around it that go as well.
    private struct Place {
        let finding: NamedFinding
        let tokens: Range<Int>
        let source: Range<Int>
    }

    private let bytes: [UInt8]
    private let text: FoldedText
    private let hashes: [UInt64]
    private let styleWords: StyleWords

    private static let inTheStyleOf = "in the style of"
    /// After a name that stands for a person or a look, and before a thing, nobody would miss these.
    private static let weakTails = words(
        "style styles styled stylized stylised art aesthetic aesthetics vibe vibes look inspired esque like s"
    )
    private static let by = words("by")
    private static let byAfter = words("inspired influenced")
    private static let articles = words("a an")
    private static let determiners = words("the my our your his her their this that these those some two three")
    private static let prepositions = words(
        "in into from at of with as like for to and or than on near beside between is"
    )
    private static let functionWords = words(
        "at in on with of and for from but or by is are was as while during near under over beside who that to into"
    )

    private static func words(_ list: String) -> Set<UInt64> {
        Set(list.split(separator: " ").map { WordHash.whole($0.unicodeScalars.map(\.value)) })
    }

    init(prompt: String, text: FoldedText, hashes: [UInt64], styleWords: StyleWords) {
        bytes = Array(prompt.utf8)
        self.text = text
        self.hashes = hashes
        self.styleWords = styleWords
    }

    func rewrite(_ findings: [NamedFinding]) -> (prompt: String, changes: [PromptChange]) {
        var edits: [Edit] = []
        var endings: [String] = []
        var changes: [PromptChange] = []
        for place in places(findings) {
            let look = place.finding.look ?? "no particular maker"
            let (edit, ending) =
                place.finding.fired.kind.isLook ? editOfLook(place, look, edits.last) : (editOfThing(place, look), nil)
            edits.append(edit)
            if let ending, !endings.contains(ending) { endings.append(ending) }
            let change = PromptChange(
                rule: place.finding.fired.id,
                original: string(place.source),
                replacement: look
            )
            if !changes.contains(change) { changes.append(change) }
        }
        return (finished(edits, endings), changes)
    }

    /// The names that are replaced: of overlapping ones the longest, which stands for all of their bytes.
    private func places(_ findings: [NamedFinding]) -> [Place] {
        var places: [Place] = []
        for finding in findings.sorted(by: { $0.source.lowerBound < $1.source.lowerBound }) {
            guard let last = places.last, last.source.upperBound > finding.source.lowerBound else {
                places.append(Place(finding: finding, tokens: finding.tokens, source: finding.source))
                continue
            }
            let isLonger = finding.source.count > last.finding.source.count
            places[places.count - 1] = Place(
                finding: isLonger ? finding : last.finding,
                tokens: min(
                    last.tokens.lowerBound,
                    finding.tokens.lowerBound
                )..<max(last.tokens.upperBound, finding.tokens.upperBound),
                source: last.source.lowerBound..<max(last.source.upperBound, finding.source.upperBound)
            )
        }
        return places
    }

    // MARK: Looks

    /// - Parameter previous: the edit before this one.
    /// - Returns: the edit, and what goes to the end of the prompt.
    private func editOfLook(_ place: Place, _ look: String, _ previous: Edit?) -> (Edit, ending: String?) {
        let first = place.tokens.lowerBound
        let end = place.tokens.upperBound
        if isWide(place) { return (Edit(source: place.source, text: spaced(look, place.source)), nil) }
        if let previous, first > 0, text.tokens[first].gap != .stop,
            previous.source.upperBound == text.tokens[first - 1].source.upperBound, previous.text.hasSuffix(look.last)
        {
            // "Disney Pixar": two names of one look.
            return (Edit(source: afterTail(place.source, end), text: "and \(look)"), nil)
        }
        if let (_, phrase) = styleWords.phraseBefore(first, hashes, styleWords.style) {
            // What stands between ("the great painter") goes with the name.
            var source = text.tokens[phrase.upperBound - 1].source.upperBound..<afterTail(place.source, end).upperBound
            let lead = phrase.upperBound - 1
            if Self.by.contains(hashes[lead]), lead == 0 || !Self.byAfter.contains(hashes[lead - 1]) {
                source = text.tokens[lead].source.lowerBound..<source.upperBound
                return (Edit(source: source, text: "\(Self.inTheStyleOf) \(look)"), nil)
            }
            return (Edit(source: source, text: " \(look)"), nil)
        }
        let tail = afterTail(place.source, end)
        let hasTail = tail != place.source || place.finding.isStyled
        // "in Ghibli style", "in a Ghibli style"
        if hasTail, let lead = leadOfIn(first) {
            return (
                Edit(
                    source: text.tokens[lead].source.lowerBound..<tail.upperBound,
                    text: "\(Self.inTheStyleOf) \(look)"
                ), nil
            )
        }
        let next = nextToken(after: tail.upperBound, from: end)
        let isLast = next.map { text.tokens[$0].gap == .stop } ?? true
        let isFirst = text.tokens[first].gap == .stop
        if isFirst, isLast { return (Edit(source: tail, text: hasTail ? "\(Self.inTheStyleOf) \(look)" : look), nil) }
        let isNoun =
            !hasTail && first > 0 && Self.leads.contains(hashes[first - 1])
            && (isLast || next.map { Self.functionWords.contains(hashes[$0]) } ?? true)
        if isNoun {
            let source = withArticle(place.source, first)
            return (Edit(source: source, text: look), nil)
        }
        if isLast { return (Edit(source: withArticle(tail, first), text: ", \(Self.inTheStyleOf) \(look)"), nil) }
        return (removed(tail, first, next), look)
    }

    private static let leads = prepositions.union(articles).union(determiners)

    /// The first of the words "in", "in a", "in the" right before a token.
    private func leadOfIn(_ first: Int) -> Int? {
        guard first > 0, text.tokens[first].gap != .stop else { return nil }
        let words = Self.words("in")
        if words.contains(hashes[first - 1]) { return first - 1 }
        guard first > 1, text.tokens[first - 1].gap != .stop, words.contains(hashes[first - 2]),
            Self.articles.union(Self.determiners).contains(hashes[first - 1])
        else { return nil }
        return first - 2
    }

    /// With the words behind a name that only say that a look is meant: "style", "-inspired", "'s".
    private func afterTail(_ source: Range<Int>, _ end: Int) -> Range<Int> {
        var index = end
        while index < text.tokens.count, index < end + 3, text.tokens[index].gap != .stop,
            Self.weakTails.contains(hashes[index])
        {
            index += 1
        }
        return index == end ? source : source.lowerBound..<text.tokens[index - 1].source.upperBound
    }

    private func nextToken(after byte: Int, from index: Int) -> Int? {
        var index = index
        while index < text.tokens.count, text.tokens[index].source.lowerBound < byte { index += 1 }
        return index < text.tokens.count ? index : nil
    }

    /// An article before a name that is replaced by a phrase of its own.
    private func withArticle(_ source: Range<Int>, _ first: Int) -> Range<Int> {
        guard first > 0, text.tokens[first].gap == .space, Self.articles.contains(hashes[first - 1]) else {
            return source
        }
        return text.tokens[first - 1].source.lowerBound..<source.upperBound
    }

    /// Takes words away, and makes "a" fit what follows.
    private func removed(_ source: Range<Int>, _ first: Int, _ next: Int?) -> Edit {
        let range = withArticle(source, first)
        guard range != source, let next else { return Edit(source: source, text: "") }
        let isVowel = text.native[text.tokens[next].letters.lowerBound].isVowel
        let article = bytes[range.lowerBound] == UInt8(ascii: "A") ? "A" : "a"
        return Edit(source: range, text: isVowel ? "\(article)n" : article)
    }

    // MARK: Things

    private func editOfThing(_ place: Place, _ look: String) -> Edit {
        if isWide(place) { return Edit(source: place.source, text: spaced(look, place.source)) }
        let first = place.tokens.lowerBound
        guard first > 0, text.tokens[first].gap == .space else { return Edit(source: place.source, text: look) }
        let before = hashes[first - 1]
        if Self.articles.contains(before) { return Edit(source: withArticle(place.source, first), text: look) }
        if Self.determiners.contains(before) {
            return Edit(source: place.source, text: Self.withoutArticle(look))
        }
        return Edit(source: place.source, text: look)
    }

    private static func withoutArticle(_ look: String) -> String {
        for article in ["a ", "an ", "the "] where look.hasPrefix(article) {
            return String(look.dropFirst(article.count))
        }
        return look
    }

    // MARK: Putting together

    private func isWide(_ place: Place) -> Bool {
        text.tokens[place.tokens].contains { $0.makeup.contains(.wide) }
    }

    /// With spaces where it would touch a letter.
    private func spaced(_ look: String, _ source: Range<Int>) -> String {
        let before = source.lowerBound > 0 && bytes[source.lowerBound - 1] != UInt8(ascii: " ") ? " " : ""
        let after = source.upperBound < bytes.count && bytes[source.upperBound] != UInt8(ascii: " ") ? " " : ""
        return before + look + after
    }

    private func string(_ source: Range<Int>) -> String { String(decoding: bytes[source], as: UTF8.self) }

    private func finished(_ edits: [Edit], _ endings: [String]) -> String {
        var result: [UInt8] = []
        var done = 0
        for edit in edits {
            let start = max(done, edit.source.lowerBound)
            result += bytes[done..<start]
            if edit.text.hasPrefix(",") {
                while result.last == UInt8(ascii: " ") { result.removeLast() }
            }
            result += edit.text.utf8
            done = max(done, edit.source.upperBound)
            if edit.text.isEmpty {
                // What stood around the name closes up.
                let isOpen = result.isEmpty || result.last == UInt8(ascii: " ")
                while isOpen, done < bytes.count, bytes[done] == UInt8(ascii: " ") { done += 1 }
            }
        }
        result += bytes[done...]
        var text = String(decoding: result, as: UTF8.self)
        if !endings.isEmpty {
            let trailing = text.reversed().prefix { $0.isWhitespace || ".,;".contains($0) }.count
            text = text.dropLast(trailing) + ", \(Self.inTheStyleOf) \(endings.joined(separator: " and "))"
        }
        while let first = text.first, first.isWhitespace || first == "," || first == "-" { text.removeFirst() }
        if let first = self.bytes.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) {
            text = text.prefix(1).uppercased() + text.dropFirst()
        }
        return text
    }
}

extension Letter {
    fileprivate var isVowel: Bool {
        "aeiou".unicodeScalars.contains { $0.value == self }
    }
}

extension String {
    fileprivate func hasSuffix(_ character: Character?) -> Bool { character != nil && last != nil }
}
