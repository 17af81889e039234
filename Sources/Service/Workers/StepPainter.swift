public import Records
public import SurgeCore

/// Makes pictures step by step, several of them together.
///
/// All that lies between two steps is a value: it can be stepped with others, put aside, and gone on with later.
public protocol StepPainter: Sendable {
    /// Gets a task ready for its first step.
    func begin(_ request: PaintRequest, task: Int, rung: Rung) async throws(PaintError) -> any StepState

    /// Takes one step with every one of `states`, which may be of different requests, rungs and ages.
    ///
    /// - Returns: the same states in the same order, each a step further.
    func step(_ states: [any StepState]) async throws(PaintError) -> [any StepState]

    /// What a picture looks like on its way. Asked for only after its first step and before its last.
    func preview(_ state: any StepState, of request: PaintRequest) async throws(PaintError) -> PictureRecord

    /// The picture of a state that has no step left.
    func finish(_ state: any StepState, of request: PaintRequest) async throws(PaintError) -> PictureRecord
}

/// A picture on its way.
public protocol StepState: Sendable {
    /// Steps taken since its own beginning, which for a picture made from a photo lies further on than others'.
    var stepsTaken: Int { get }
    /// Steps that it takes from beginning to end.
    var stepsInAll: Int { get }
}

extension StepState {
    var hasStepsLeft: Bool { stepsTaken < stepsInAll }
}
