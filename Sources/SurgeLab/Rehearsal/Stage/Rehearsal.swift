internal import Scenarios
internal import SurgeCore

/// One run: a history that is drawn from a seed while it is lived through, and what was broken in it.
struct Rehearsal {
    let seed: UInt64
    let settings: StageSettings
    private(set) var history: [Moment] = []
    private(set) var stage: Stage

    init(seed: UInt64, adapt: (inout StageSettings) -> Void = { _ in }) {
        self.seed = seed
        var random = RandomStream(seed: seed, stream: 1)
        var settings = StageSettings(&random)
        adapt(&settings)
        self.settings = settings
        stage = Stage(settings)
    }

    /// Lives through it. - Returns: what was broken, if anything was.
    mutating func run() -> [Violation] {
        var generator = EventGenerator(seed: seed, settings: settings)
        while stage.isSound, history.count < settings.lengthEvents {
            let moment = generator.next(stage)
            history.append(moment)
            stage.apply(moment)
        }
        stage.finale()
        return stage.violations
    }

    /// The same history again, from the beginning.
    static func replay(
        _ history: [Moment],
        _ settings: StageSettings,
        hasReference: Bool = true,
        isWritten: Bool = false,
        looksClosely: Bool = false
    ) -> Stage {
        var settings = settings
        // Everything after every event, or leaving one out would shift when it is looked at.
        if looksClosely { settings.closeInterval = 1 }
        var stage = Stage(settings, hasReference: hasReference)
        if isWritten {
            stage.script = Script()
            stage.harness.keepsEffects = true
        }
        for moment in history where stage.isSound { stage.apply(moment) }
        stage.finale()
        return stage
    }
}
