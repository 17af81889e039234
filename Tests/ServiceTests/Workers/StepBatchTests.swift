import Records
import SurgeCore
import TestKit
import Testing

@testable import Service

/// The batch as a plain value, fed by a core of its own.
@Suite("A batch of stepwise tasks")
struct StepBatchTests {
    private var core: Scheduler
    private let worker: WorkerHandle
    private let accounts: [AccountHandle]
    private var now = Instant(microseconds: 1_700_000_000_000_000)
    private var batch = StepBatch()

    private static let steps = 4

    init() throws {
        let rung = Rung(name: "4", workingSide: 256, costDeviceSeconds: 1, quality: 1, steps: Self.steps)
        let ladder = try #require(Ladder([rung]))
        var high = Plan(name: "high")
        high.rank = 1
        var core = Scheduler(
            configuration: Scheduler.Configuration(
                plans: [Plan(name: "low"), high],
                models: [Scheduler.Model(name: "steps", ladder: ladder)]
            )
        )
        worker = core.join(WorkerProfile(name: "w", slots: 2, models: [0], heartbeatSeconds: .infinity), at: now)
        accounts = [0, 1].map { [now] in core.open(Scheduler.AccountProfile(plan: $0), at: now) }
        self.core = core
    }

    private mutating func submit(rank: Int = 0, tasks: Int = 1) throws -> JobHandle {
        let demand = Demand(account: accounts[rank], model: 0, wantedRung: 0, taskCount: tasks, isDetached: true)
        let job: JobHandle
        switch core.submit(demand, at: now) {
        case .run(let handle, _), .queued(let handle, _), .deferred(let handle, _), .joined(let handle): job = handle
        case .refused(let refusal): throw JobError.refused(refusal)
        }
        core.confirm(job, at: now)
        return job
    }

    private func state(_ name: String) -> FakeStepPainter.State {
        FakeStepPainter.State(prompt: name, task: 0, seed: 0, stepsInAll: Self.steps)
    }

    /// How many would take the next step.
    private var readyCount: Int {
        var copy = batch
        return copy.beginStep().count
    }

    /// Joins and begins what the core hands out.
    private mutating func fill() -> [Assignment] {
        let joining = core.fill(worker, at: now)
        for assignment in joining {
            if case .begin = batch.take(assignment, previews: 0, at: now) {
                _ = batch.began(assignment.lease, state("\(assignment.job)"))
            }
        }
        return joining
    }

    /// A step of everybody. - Returns: the actions after it.
    private mutating func step() -> [StepBatch.Action] {
        now = now.advanced(bySeconds: 0.1)
        let due = batch.beginStep()
        let actions = due.compactMap { lease, state -> StepBatch.Action? in
            guard var next = state as? FakeStepPainter.State else { return nil }
            next.stepsTaken += 1
            return batch.stepped(lease, next)
        }
        batch.leave(core.step(worker, at: now))
        return actions
    }

    @Test("Tasks take their steps together, and finish after their last")
    mutating func steps() throws {
        _ = try submit(tasks: 2)
        let joined = fill()
        #expect(joined.count == 2)
        for _ in 1..<Self.steps {
            let actions = step()
            #expect(actions.isEmpty)
        }
        let actions = step()
        #expect(actions.count == 2)
        for case .finish(_, let state) in actions { #expect(state.stepsTaken == Self.steps) }
        #expect(readyCount == 0)
        #expect(batch.count == 2)
    }

    @Test("A task of a higher class takes the place of a lower one, which goes on from where it was")
    mutating func pauses() throws {
        let low = try submit(tasks: 2)
        _ = fill()
        _ = step()
        let high = try submit(rank: 1, tasks: 2)
        _ = step()
        #expect(batch.isEmpty)
        #expect(batch.keptCount == 2)
        let joined = fill()
        #expect(joined.allSatisfy { $0.job == high })
        for assignment in joined {
            batch.remove(assignment.lease)
            core.finish(assignment.lease, .done, at: now)
        }
        let resumed = core.fill(worker, at: now)
        #expect(resumed.map(\.job) == [low, low])
        #expect(resumed.map(\.stepsDone) == [2, 2])
        for assignment in resumed {
            let action = batch.take(assignment, previews: 0, at: now)
            #expect(action == nil)
        }
        let due = batch.beginStep()
        #expect(due.map(\.state.stepsTaken) == [2, 2])
        #expect(batch.keptCount == 0)
    }

    @Test("What was kept of a job goes with the job")
    mutating func forgets() throws {
        let low = try submit(tasks: 2)
        _ = fill()
        _ = try submit(rank: 1, tasks: 2)
        _ = step()
        #expect(batch.keptCount == 2)
        core.cancel(low, at: now)
        batch.forget(low)
        #expect(batch.keptCount == 0)
    }

    @Test("A cancelled job's task is gone at the next step, its neighbour stays")
    mutating func drops() throws {
        let cancelled = try submit()
        let other = try submit()
        _ = fill()
        core.cancel(cancelled, at: now)
        #expect(batch.count == 2)
        _ = step()
        let left = batch.beginStep().compactMap { batch.assignment($0.lease)?.job }
        #expect(left == [other])
    }

    @Test("A picture that is finished while its task is put aside is not lost")
    mutating func keepsPictures() throws {
        let low = try submit(tasks: 2)
        let joined = fill()
        for _ in 0..<Self.steps { _ = step() }
        _ = try submit(rank: 1, tasks: 2)
        batch.leave(core.step(worker, count: 0, at: now))
        #expect(batch.keptCount == 2)
        let picture = PictureRecord(digest: "d", format: "png", width: 1, height: 1, revisedPrompt: "done")
        let mayEnd = batch.finished(joined[0], picture)
        #expect(!mayEnd)
        for assignment in core.fill(worker, at: now) {
            core.finish(assignment.lease, .done, at: now)
        }
        let resumed = core.fill(worker, at: now)
        #expect(resumed.allSatisfy { $0.job == low })
        var delivered = 0
        var finished = 0
        for assignment in resumed {
            switch batch.take(assignment, previews: 0, at: now) {
            case .deliver(_, let kept):
                delivered += 1
                #expect(kept == picture)
            case .finish: finished += 1
            default: Issue.record("a finished task is begun again")
            }
        }
        #expect((delivered, finished) == (1, 1))
    }

    @Test("A task that is put aside before it was begun is begun again")
    mutating func beginsAgain() throws {
        _ = try submit(tasks: 2)
        let joined = core.fill(worker, at: now)
        for assignment in joined { _ = batch.take(assignment, previews: 0, at: now) }
        _ = try submit(rank: 1, tasks: 2)
        batch.leave(core.step(worker, count: 0, at: now))
        #expect(batch.isEmpty)
        let action = batch.began(joined[0].lease, state("late"))
        #expect(action == nil)
        #expect(batch.isEmpty)
        #expect(batch.keptCount == 0)
    }

    @Test(
        "Previews are spread over the steps: as many as are wanted, or as there are places",
        arguments: [
            (1, 3, []), (2, 3, [1]), (3, 2, [1, 2]), (4, 3, [1, 2, 3]), (8, 3, [2, 4, 6]), (16, 1, [8]),
            (5, 3, [1, 2, 3]),
        ]
            as [(Int, Int, [Int])]
    )
    func spreadsPreviews(all: Int, wanted: Int, after: [Int]) {
        let shown = (0...all).filter { StepBatch.preview(after: $0, of: all, previews: wanted) != nil }
        #expect(shown == after)
        let places = after.compactMap { StepBatch.preview(after: $0, of: all, previews: wanted) }
        #expect(places == Array(after.indices))
    }

    @Test("A task that is being shown sits out until it is")
    mutating func showsFirst() throws {
        _ = try submit()
        let assignment = try #require(core.fill(worker, at: now).first)
        _ = batch.take(assignment, previews: 3, at: now)
        _ = batch.began(assignment.lease, state("a"))
        let actions = step()
        guard case .show(_, let shown)? = actions.first else {
            Issue.record("nothing is shown")
            return
        }
        #expect(shown.stepsTaken == 1)
        #expect(readyCount == 0)
        batch.shown(assignment.lease)
        #expect(readyCount == 1)
    }
}
