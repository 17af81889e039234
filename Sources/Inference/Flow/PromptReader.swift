internal import Foundation

/// Reads prompts: tells their language, translates scene words, and asks two networks what they say of a picture.
struct PromptReader: Sendable {
    private let description: FlowDescription
    private let tokenizer: WordPieceTokenizer
    private let lexicon: Lexicon
    private let encoder: any Graph
    private let reader: any Graph

    /// - Throws: ``InferenceError/missingFile(path:)`` and ``InferenceError/invalidManifest(path:reason:)``.
    init(
        _ description: FlowDescription,
        vocabulary vocabularyPath: String,
        lexicon lexiconPath: String,
        encoder: any Graph,
        reader: any Graph
    ) throws(InferenceError) {
        let vocabulary = String(decoding: try Self.contents(vocabularyPath), as: UTF8.self)
        guard let tokenizer = WordPieceTokenizer(vocabulary: vocabulary, tokenLimit: description.tokenLimit) else {
            throw .invalidManifest(path: vocabularyPath, reason: "it lacks [PAD], [UNK], [CLS] or [SEP]")
        }
        let lexiconData = try Self.contents(lexiconPath)
        guard let lexicon = try? Lexicon(json: lexiconData) else {
            throw .invalidManifest(path: lexiconPath, reason: "it is not a lexicon: languages, phrases and markers")
        }
        self.description = description
        self.tokenizer = tokenizer
        self.lexicon = lexicon
        self.encoder = encoder
        self.reader = reader
    }

    func read(_ prompt: String) async throws(InferenceError) -> PromptReading {
        let (language, english) = lexicon.translate(prompt)
        let isBlank = english.allSatisfy(\.isWhitespace)
        let condition = isBlank ? description.emptyCondition : try await condition(of: english)
        let facts = description.facts(in: condition)
        let sentence = PromptSentence(language: language, englishText: english, facts: facts)
        return PromptReading(
            condition: condition,
            language: language,
            englishText: english,
            revisedPrompt: sentence.text,
            understood: facts
        )
    }

    private func condition(of text: String) async throws(InferenceError) -> [Float] {
        let (identifiers, mask) = tokenizer.input(of: text)
        let shape = [1, description.tokenLimit]
        let sentence = try await encoder.run(
            [
                GraphInput("input_ids", shape: shape, values: identifiers),
                GraphInput("attention_mask", shape: shape, values: mask),
            ],
            output: "sentence"
        ) { _, values in values.array }
        let condition = try await reader.run(
            [GraphInput("sentence", shape: [1, sentence.count], values: sentence)],
            output: "condition"
        ) { _, values in values.array }
        guard condition.count == description.conditionCount, condition.allSatisfy(\.isFinite) else {
            throw .runtime(operation: "read the prompt", reason: "the reader gave no condition")
        }
        return condition
    }

    private static func contents(_ path: String) throws(InferenceError) -> Data {
        guard let data = FileManager.default.contents(atPath: path) else { throw .missingFile(path: path) }
        return data
    }
}

extension Span<Float> {
    /// A copy.
    var array: [Float] {
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }
}
