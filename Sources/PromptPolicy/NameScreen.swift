/// Names with what is needed to tell whether one is meant: those of a policy, or those of an opt-out registry.
struct NameScreen: Sendable {
    /// What a name belongs to.
    struct Owner: Sendable {
        let kind: RuleKind
        let names: [String]
        var misspelt: [String] = []
        var doubtfulNames: [String] = []
        var companions: [String] = []
        var innocentPhrases: [String] = []
    }

    /// A name that is meant.
    struct Finding: Hashable, Sendable {
        let owner: Int
        let tokens: Range<Int>
        let source: Range<Int>
        let isStyled: Bool
    }

    private struct Companion: Sendable {
        let hashes: [UInt64]
        let letters: [Letter]
        let isWide: Bool
    }

    private let kinds: [RuleKind]
    private let companions: [[Companion]]
    private let index: NameIndex

    init(_ owners: [Owner]) {
        kinds = owners.map(\.kind)
        companions = owners.map { owner in
            owner.companions.map { phrase in
                let folded = FoldedText(phrase)
                return Companion(
                    hashes: StyleWords.hashes(folded),
                    letters: folded.native,
                    isWide: folded.tokens.contains { $0.makeup.contains(.wide) }
                )
            }
        }
        index = NameIndex(
            owners.enumerated().flatMap { number, owner in
                owner.names.map {
                    NameIndex.Form(owner: number, text: $0, isForgiving: true, isPerson: owner.kind.isPerson)
                }
                    + owner.misspelt.map { NameIndex.Form(owner: number, text: $0) }
                    + owner.doubtfulNames.map { NameIndex.Form(owner: number, text: $0, use: .doubtful) }
                    + owner.innocentPhrases.map { NameIndex.Form(owner: number, text: $0, use: .innocent) }
            }
        )
    }

    /// - Parameter hashes: of the text's words.
    func findings(
        in text: FoldedText,
        hashes: [UInt64],
        styleWords: StyleWords,
        innocentWords: Set<UInt64>
    ) -> [Finding] {
        guard !index.names.isEmpty || !index.wideNames.isEmpty else { return [] }
        let matches = NameMatcher(index: index, styleWords: styleWords, innocentWords: innocentWords).matches(in: text)
        var innocent: [Int: [Range<Int>]] = [:]
        for match in matches where match.use == .innocent { innocent[match.owner, default: []].append(match.source) }
        var isAccompanied: [Int: Bool] = [:]
        var findings: [Finding] = []
        for match in matches where match.use != .innocent {
            if let phrases = innocent[match.owner], Self.isCovered(match.source, by: phrases) { continue }
            if match.use == .doubtful {
                let accompanied =
                    isAccompanied[match.owner]
                    ?? companions[match.owner].contains { Self.holds($0, text, hashes) }
                isAccompanied[match.owner] = accompanied
                guard accompanied || match.isStyled || isMeant(match, text, hashes, styleWords) else { continue }
            }
            let finding = Finding(
                owner: match.owner,
                tokens: match.tokens,
                source: match.source,
                isStyled: match.isStyled
            )
            if findings.last != finding { findings.append(finding) }
        }
        return Self.outermost(findings)
    }

    /// Without names that are only a part of a longer one: "Woody from Toy Story" asks for the character, not for the film.
    /// - Parameter findings: in the order of the text, longer ones first.
    private static func outermost(_ findings: [Finding]) -> [Finding] {
        var result: [Finding] = []
        var longest: Range<Int>?
        for finding in findings {
            if let longest, longest.upperBound >= finding.source.upperBound, longest != finding.source { continue }
            longest = finding.source
            result.append(finding)
        }
        return result
    }

    /// - Parameter phrases: in the order of the text.
    private static func isCovered(_ source: Range<Int>, by phrases: [Range<Int>]) -> Bool {
        // The last that begins no later; longer ones that begin earlier are tried, too, as far as names are long.
        var low = 0
        var high = phrases.count
        while low < high {
            let middle = (low + high) / 2
            if phrases[middle].lowerBound <= source.lowerBound { low = middle + 1 } else { high = middle }
        }
        return phrases[max(0, low - 8)..<low].contains { $0.upperBound >= source.upperBound }
    }

    private static func holds(_ companion: Companion, _ text: FoldedText, _ hashes: [UInt64]) -> Bool {
        companion.isWide ? contains(text.native, companion.letters) : contains(hashes, companion.hashes)
    }

    /// The standard library's search for a part is made for long ones: ten times as slow here.
    private static func contains<Element: Equatable>(_ whole: [Element], _ part: [Element]) -> Bool {
        guard let first = part.first, part.count <= whole.count else { return false }
        for start in 0...(whole.count - part.count) where whole[start] == first {
            if whole[start..<start + part.count].elementsEqual(part) { return true }
        }
        return false
    }

    /// Whether the words around a doubtful name say that a look or a title is meant.
    private func isMeant(
        _ match: NameMatcher.Match,
        _ text: FoldedText,
        _ hashes: [UInt64],
        _ styleWords: StyleWords
    ) -> Bool {
        if styleWords.isThing(match.tokens.upperBound, text, hashes) { return false }
        let surroundings =
            switch kinds[match.owner] {
            case .livingArtist, .artist, .styleTerm: [styleWords.style]
            case .studio: [styleWords.style, styleWords.title]
            case .character, .work: [styleWords.title]
            }
        let first = text.tokens[match.tokens.lowerBound]
        let last = text.tokens[match.tokens.upperBound - 1]
        for surroundings in surroundings {
            if match.letters.lowerBound == first.letters.lowerBound,
                styleWords.phraseBefore(match.tokens.lowerBound, hashes, surroundings) != nil
            {
                return true
            }
            if match.letters.upperBound < last.letters.upperBound {
                if styleWords.isWideAfter(match.letters.upperBound, text, surroundings) { return true }
            } else if styleWords.phraseAfter(match.tokens.upperBound, text, hashes, surroundings) != nil {
                return true
            }
        }
        return false
    }
}
