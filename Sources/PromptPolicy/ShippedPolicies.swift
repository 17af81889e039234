extension PromptPolicy {
    /// The policies that come with Heatsink.
    public enum Preset: String, CaseIterable, Sendable {
        case open
        case considerate
        case strict

        /// The file, for whoever wants to read it or to begin with it.
        public var yaml: String {
            let bytes =
                switch self {
                case .open: PackageResources.open_yaml
                case .considerate: PackageResources.considerate_yaml
                case .strict: PackageResources.strict_yaml
                }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    public init(shipped preset: Preset) throws(PolicyError) {
        try self.init(yaml: preset.yaml)
    }
}

/// The rules that come with Heatsink.
enum ShippedRules {
    // Some hundred kilobytes of text: read once, whatever the number of policies.
    private static let read = Result { () throws(PolicyError) in try parsed() }

    static func all() throws(PolicyError) -> [PolicyRule] { try read.get() }

    private static func parsed() throws(PolicyError) -> [PolicyRule] {
        var rules: [PolicyRule] = []
        for bytes in [
            PackageResources.living_artists_yaml, PackageResources.artists_yaml, PackageResources.studios_yaml,
            PackageResources.characters_yaml, PackageResources.works_yaml, PackageResources.style_terms_yaml,
        ] {
            rules += try RuleFile.rules(yaml: String(decoding: bytes, as: UTF8.self))
        }
        return rules
    }
}

/// What the matcher knows of language: words of style, and words that are nobody's name.
struct PolicyVocabulary: Sendable {
    let styleWords: StyleWords
    let innocentWords: Set<UInt64>

    static func shipped() throws(PolicyError) -> PolicyVocabulary {
        let innocent = try PolicyNode(yaml: String(decoding: PackageResources.innocent_words_yaml, as: UTF8.self))
        let words = try innocent.required("words").texts()
        return PolicyVocabulary(
            styleWords: try StyleWords(yaml: String(decoding: PackageResources.style_words_yaml, as: UTF8.self)),
            innocentWords: Set(words.flatMap { StyleWords.hashes(FoldedText($0, splitsCapitals: false)) })
        )
    }
}
