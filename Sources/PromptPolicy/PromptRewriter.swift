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

    /// Where names are replaced: one, or several of one kind in a row ("Disney Pixar").
    private struct Place {
        var findings: [NamedFinding]
        var tokens: Range<Int>
        var source: Range<Int>

        /// Of all findings, or of none.
        var isLook: Bool { findings.first?.fired.kind.isLook ?? false }

        var look: String {
            var looks: [String] = []
            for finding in findings where looks.last != finding.replacement && !looks.contains(finding.replacement) {
                looks.append(finding.replacement)
            }
            return looks.joined(separator: " and ")
        }
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
    private static let the = words("the")
    private static let conjunctions = words("and or")
    /// "a very picassoesque bull"
    private static let intensifiers = words("very so really truly quite more most rather")
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
        var known: Set<PromptChange> = []
        for place in places(findings) {
            let (edit, ending) = place.isLook ? editOfLook(place, place.look) : (editOfThing(place, place.look), nil)
            edits.append(edit)
            if let ending, !endings.contains(ending) { endings.append(ending) }
            for finding in place.findings {
                let change = PromptChange(
                    rule: finding.fired.id,
                    original: string(finding.source),
                    replacement: finding.replacement
                )
                if known.insert(change).inserted { changes.append(change) }
            }
        }
        return (finished(edits, endings), changes)
    }

    /// The names that are replaced: of overlapping ones the longest, which stands for all of their bytes.
    private func places(_ findings: [NamedFinding]) -> [Place] {
        var places: [Place] = []
        for finding in findings.sorted(by: { $0.source.lowerBound < $1.source.lowerBound }) {
            let place = Place(findings: [finding], tokens: finding.tokens, source: finding.source)
            guard let last = places.last.map({ (tokens: $0.tokens, source: $0.source) }) else {
                places.append(place)
                continue
            }
            let isOverlapping = last.source.upperBound > place.source.lowerBound
            guard isOverlapping || isNextTo(places[places.count - 1], place) else {
                places.append(place)
                continue
            }
            let index = places.count - 1
            places[index].tokens =
                min(
                    last.tokens.lowerBound,
                    place.tokens.lowerBound
                )..<max(last.tokens.upperBound, place.tokens.upperBound)
            places[index].source = last.source.lowerBound..<max(last.source.upperBound, place.source.upperBound)
            let count = places[index].findings.count
            if !isOverlapping {
                places[index].findings.append(finding)
            } else if finding.source.count > places[index].findings[count - 1].source.count {
                places[index].findings[count - 1] = finding
            }
        }
        return places
    }

    /// Whether two names say one thing together: two looks in a row, or one character twice.
    private func isNextTo(_ place: Place, _ next: Place) -> Bool {
        var between = next.tokens.lowerBound - place.tokens.upperBound
        if between == 1, place.isLook, Self.conjunctions.contains(hashes[place.tokens.upperBound]) { between = 0 }
        return between == 0 && text.tokens[next.tokens.lowerBound].gap != .stop
            && (place.isLook && next.isLook || place.findings.last?.fired.id == next.findings.last?.fired.id)
            && place.findings.last.map { !isWide($0.tokens) } ?? false && !isWide(next.tokens)
    }

    // MARK: Looks

    /// - Returns: the edit, and what goes to the end of the prompt.
    private func editOfLook(_ place: Place, _ look: String) -> (Edit, ending: String?) {
        let first = place.tokens.lowerBound
        let end = place.tokens.upperBound
        if isWide(place.tokens) { return (Edit(source: place.source, text: spaced(look, place.source)), nil) }
        if let phrase = styleWords.phraseBefore(first, hashes, styleWords.style) {
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
        let hasTail = tail != place.source || place.findings.contains { $0.isStyled }
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
        let isAfterLead = first > 0 && Self.leads.contains(hashes[first - 1])
        // "turn it into Ghibli style", "my house in Minecraft", "our school as Hogwarts at night"
        if isAfterLead, isLast || !hasTail && next.map({ Self.functionWords.contains(hashes[$0]) }) ?? true {
            return (Edit(source: withArticle(tail, first, orThe: true), text: look), nil)
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
    private func withArticle(_ source: Range<Int>, _ first: Int, orThe: Bool = false) -> Range<Int> {
        guard first > 0, text.tokens[first].gap == .space,
            Self.articles.contains(hashes[first - 1]) || orThe && Self.the.contains(hashes[first - 1])
        else { return source }
        return text.tokens[first - 1].source.lowerBound..<source.upperBound
    }

    /// Takes words away, and makes "a" fit what follows.
    private func removed(_ source: Range<Int>, _ first: Int, _ next: Int?) -> Edit {
        var source = source
        var first = first
        if first > 0, text.tokens[first].gap == .space, Self.intensifiers.contains(hashes[first - 1]) {
            first -= 1
            source = text.tokens[first].source.lowerBound..<source.upperBound
        }
        if source.lowerBound > 0, bytes[source.lowerBound - 1] == UInt8(ascii: "#") {
            source = source.lowerBound - 1..<source.upperBound
        }
        let range = withArticle(source, first)
        guard range != source, let next else { return Edit(source: source, text: "") }
        let isVowel = text.native[text.tokens[next].letters.lowerBound].isVowel
        let article = bytes[range.lowerBound] == UInt8(ascii: "A") ? "A" : "a"
        return Edit(source: range, text: isVowel ? "\(article)n" : article)
    }

    // MARK: Things

    private func editOfThing(_ place: Place, _ look: String) -> Edit {
        if isWide(place.tokens) { return Edit(source: place.source, text: spaced(look, place.source)) }
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

    private func isWide(_ tokens: Range<Int>) -> Bool {
        text.tokens[tokens].contains { $0.makeup.contains(.wide) }
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
