import Testing

@testable import Scenarios
@testable import SurgeCore
@testable import SurgeLab

@Suite("Histories as text")
struct TraceRendererTests {
    /// One plan, one model, two workers, nothing random.
    private func settings() -> StageSettings {
        var random = RandomStream(seed: 1)
        var settings = StageSettings(&random)
        let rung = Rung(name: "only", workingSide: 256, costDeviceSeconds: 1, quality: 1)
        let ladder = Ladder([rung]) ?? settings.world.configuration.models[0].ladder
        settings.world.configuration = Scheduler.Configuration(
            plans: [Plan(name: "free")],
            models: [Scheduler.Model(name: "m", ladder: ladder)]
        )
        settings.world.workers = (0..<2).map { WorkerProfile(name: "w\($0)", slots: 1, models: [0]) }
        settings.world.speeds = [1, 1]
        settings.accounts = [.init(plan: 0, allowance: nil, granted: nil)]
        settings.start = 86_400_000_000 * 20_000
        settings.excused = []
        settings.keepsProgress = false
        return settings
    }

    @Test("A known history is drawn as it is known")
    func knownHistory() throws {
        let settings = settings()
        let events: [(seconds: Double, what: SurgeLab.Event)] = [
            (0, .join(worker: 0)), (0, .join(worker: 1)), (0.5, .request(job: 0, account: 0, Ask(isNamed: true))),
            (0.51, .commit(count: 1, .durable)), (0.6, .fill(worker: 0)), (0.9, .again(job: 0)),
            (1.2, .lose(worker: 0, isFault: true)), (1.3, .fill(worker: 1)), (1.5, .kill), (2, .join(worker: 1)),
            (2.1, .again(job: 0)), (2.2, .fill(worker: 1)),
            (3.2, .finish(TaskName(job: 0, task: 0, attempt: 3), .done)), (3.21, .commit(count: 1, .durable)),
        ]
        let history = events.map { Moment(at: settings.start + Int64($0.seconds * 1_000_000), what: $0.what) }
        let stage = Rehearsal.replay(history, settings, isWritten: true)
        #expect(stage.violations.isEmpty, "\(stage.violations)")
        let script = try #require(stage.script)
        let text = TraceRenderer.text(script, start: settings.start, ending: "all promises held")
        #expect(text == Self.known, "\(text)")
    }

    private static let known = """
         seconds │ clients, operators    │ core                       │ records               │ w0              │ w1
        ─────────┼───────────────────────┼────────────────────────────┼───────────────────────┼─────────────────┼──────────────────
           0.000 │                       │                            │                       │ joins           │
           0.000 │                       │                            │                       │                 │ joins
           0.500 │ a0 asks j0: m0 r0     │ j0 waits at place 1        │                       │                 │
           0.510 │                       │                            │ durable: j0           │                 │
           0.600 │                       │                            │                       │ asks for work   │
                 │                       │                            │                       │ gets j0.0 at r0 │
           0.900 │ j0 is asked for again │ joins j0                   │                       │                 │
           1.200 │                       │ j0.0 waits again           │                       │ crashes         │
           1.300 │                       │                            │                       │                 │ asks for work
                 │                       │                            │                       │                 │ gets j0.0#2 at r0
           1.500 │                       │ KILLED; starts again       │                       │                 │
           2.000 │                       │                            │                       │                 │ joins
           2.100 │ j0 is asked for again │ joins j0                   │                       │                 │
           2.200 │                       │                            │                       │                 │ asks for work
                 │                       │                            │                       │                 │ gets j0.0#3 at r0
           3.200 │                       │ j0 ends: completed         │                       │                 │ j0.0#3 done
           3.210 │                       │ faults stop: all is to end │ durable: j0 completed │                 │
        ─────────┼───────────────────────┼────────────────────────────┼───────────────────────┼─────────────────┼──────────────────
        all promises held

        """
}
