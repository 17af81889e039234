/// One step of one picture, as questions to a network: ask for the velocity at ``point`` and hand it to
/// ``advance(_:)``, until there is nothing left to ask.
struct SamplerStep: Sendable {
    /// Where the network is asked.
    struct Point: Sendable {
        let latent: [Float]
        let time: Float
        let span: Float
    }

    /// What a step comes to.
    struct Outcome: Sendable {
        let latent: [Float]
        /// The newest answer, from which a preview follows.
        let velocity: [Float]
    }

    enum Progress: Sendable {
        case asks(SamplerStep)
        case ends(Outcome)
    }

    let point: Point
    private let start: [Float]
    private let length: Float
    private let endTime: Float
    /// The answer at the start, when the question is about the end.
    private let firstVelocity: [Float]?
    private let isHeun: Bool

    /// - Parameters:
    ///   - step: of the grid.
    ///   - tellsSpan: whether the network wants to know how far the step goes.
    init(_ sampler: FlowDescription.Sampler, grid: StepGrid, step: Int, latent: [Float], tellsSpan: Bool) {
        precondition(step < grid.stepCount, "there is no step \(step) of \(grid.stepCount)")
        let length = Float(grid.span(step))
        self.point = Point(latent: latent, time: Float(grid.time(step)), span: tellsSpan ? length : 0)
        self.start = latent
        self.length = length
        self.endTime = Float(grid.time(step + 1))
        self.firstVelocity = nil
        // The last step ends at the picture, where the network has learned nothing to correct by.
        self.isHeun = sampler == .heun && step + 1 < grid.stepCount
    }

    private init(_ first: SamplerStep, velocity: [Float]) {
        self.point = Point(
            latent: Self.moved(first.start, along: velocity, by: first.length),
            time: first.endTime,
            span: first.point.span
        )
        self.start = first.start
        self.length = first.length
        self.endTime = first.endTime
        self.firstVelocity = velocity
        self.isHeun = true
    }

    /// Takes the network's answer.
    func advance(_ velocity: [Float]) -> Progress {
        guard isHeun else {
            return .ends(Outcome(latent: Self.moved(start, along: velocity, by: length), velocity: velocity))
        }
        guard let firstVelocity else { return .asks(SamplerStep(self, velocity: velocity)) }
        let mean = zip(firstVelocity, velocity).map { ($0 + $1) / 2 }
        return .ends(Outcome(latent: Self.moved(start, along: mean, by: length), velocity: velocity))
    }

    static func moved(_ latent: [Float], along velocity: [Float], by length: Float) -> [Float] {
        zip(latent, velocity).map { $0 + length * $1 }
    }
}
