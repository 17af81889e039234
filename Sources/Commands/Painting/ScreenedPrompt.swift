internal import Service

/// A prompt of the command line after the policy has screened it.
struct ScreenedPrompt {
    let prompt: String
    let note: RightsNote?

    /// - Parameter rights: nil: it is painted as it is.
    /// - Throws: ``CommandFailure`` with the policy's sentence.
    init(_ prompt: String, _ rights: RightsService?) throws {
        switch rights?.screen(prompt: prompt, style: nil) {
        case nil, .clear: (self.prompt, note) = (prompt, nil)
        case .noted(let rewritten, _, let note):
            (self.prompt, self.note) = (rewritten, note)
            for sentence in note.changes + note.labels { Terminal.writeError(sentence) }
        case .refused(let refusal): throw CommandFailure(refusal.sentence)
        }
    }
}
