/// What was understood of a prompt.
public struct PromptReading: Sendable, Hashable, Codable {
    /// The languages that prompts are told apart in.
    public enum Language: String, Sendable, Hashable, Codable, CaseIterable {
        case english = "en"
        case french = "fr"
        case spanish = "es"
        case japanese = "ja"
        /// A language that the model does not read.
        case other
    }

    /// One thing that the prompt says of the picture.
    public struct Fact: Sendable, Hashable, Codable {
        /// "season".
        public let group: String
        /// "winter".
        public let value: String
        /// How sure the reader is, 0...1.
        public let probability: Double

        public init(group: String, value: String, probability: Double) {
            self.group = group
            self.value = value
            self.probability = probability
        }
    }

    /// What the networks are told.
    public let condition: [Float]
    public let language: Language
    /// What the encoder was given: the prompt, or what the lexicon makes of it in another language.
    public let englishText: String
    /// A sentence that says what will be painted, honestly: also when nothing was understood.
    public let revisedPrompt: String
    /// In the order of the model's groups; only what the prompt says.
    public let understood: [Fact]

    public init(
        condition: [Float],
        language: Language,
        englishText: String,
        revisedPrompt: String,
        understood: [Fact]
    ) {
        self.condition = condition
        self.language = language
        self.englishText = englishText
        self.revisedPrompt = revisedPrompt
        self.understood = understood
    }
}
