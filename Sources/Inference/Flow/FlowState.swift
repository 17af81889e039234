/// A picture on its way: everything that its next step needs, and nothing of the process that makes it.
///
/// A state can be stepped together with others, put aside, saved and gone on with in another process. The seed alone
/// decides the picture, whatever the state was stepped with.
public struct FlowState: Sendable, Hashable {
    /// The model's id.
    public let model: String
    /// Of the model's weights and settings, in hexadecimal: a state goes on only with the very model it began with.
    public let modelDigest: String
    public let rungName: String
    public let seed: UInt64
    /// Steps of the whole grid.
    public let stepCount: Int
    /// Where on the grid it began: 0 from noise, later from a photo.
    public let firstStep: Int
    /// The next step; `stepCount` at the end.
    public internal(set) var stepsDone: Int
    public let shape: LatentShape
    /// What the picture is of.
    public let condition: [Float]
    /// Rows of cells, channel after channel.
    public internal(set) var latent: [Float]
    /// Where the last step went, for previews; empty before the first step and after the last.
    public internal(set) var velocity: [Float]

    /// Whether it can be decoded into its picture.
    public var isFinished: Bool { stepsDone == stepCount }

    /// How much of the work is done, 0...1.
    public var progress: Double {
        let all = stepCount - firstStep
        return all > 0 ? Double(stepsDone - firstStep) / Double(all) : 1
    }

    /// The state after its next step.
    func stepped(_ outcome: SamplerStep.Outcome) -> FlowState {
        var next = self
        next.stepsDone += 1
        next.latent = outcome.latent
        next.velocity = next.isFinished ? [] : outcome.velocity
        return next
    }
}
