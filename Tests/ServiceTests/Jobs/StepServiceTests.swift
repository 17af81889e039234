import Foundation
import Inference
import Logging
import Records
import SurgeCore
import TestKit
import Testing

@testable import Service

/// The live shell painting step by step, with a real database and a model that takes steps when it is let.
@Suite("Painting step by step")
struct StepServiceTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let clock = ManualClock()
    private let free: Account
    private let paying: Account

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        free = Account(id: AccountID(rawValue: "acct_1"), name: "one", plan: "free", createdAt: clock.now())
        paying = Account(id: AccountID(rawValue: "acct_2"), name: "two", plan: "pro", createdAt: clock.now())
        for account in [free, paying] { try await store.create(account) }
        try FlowFolder.write(to: folder.path + "/models")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/models/restyle",
            withDestinationPath: Repository.models + "/restyle"
        )
    }

    private func makeService(
        _ steps: FakeStepPainter,
        _ painter: FakePainter = FakePainter(),
        store: SQLiteStore? = nil
    ) throws -> JobService {
        var configuration = JobService.Configuration()
        var pro = Plan(name: "pro")
        pro.rank = 1
        configuration.plans = [Plan(name: "free"), pro]
        return JobService(
            store: store ?? self.store,
            files: try FileStore(folder: folder.path + "/files"),
            painter: painter,
            stepPainter: steps,
            catalogue: try ModelCatalogue(folder: folder.path + "/models"),
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func request(
        _ prompt: String,
        count: Int = 1,
        rung: String = "medium",
        partials: Int = 0,
        seed: UInt64? = nil
    ) -> PaintRequest {
        var chance = SeededGenerator(seed: UInt64(prompt.utf8.count))
        return PaintRequest(
            model: FlowFolder.model,
            prompt: prompt,
            photo: "",
            styles: Array(repeating: .prompt, count: count),
            rung: rung,
            partialImages: partials,
            isDetached: true,
            seed: seed.map(PaintRequest.Seed.init(chosen:)) ?? PaintRequest.Seed(drawnFrom: &chance)
        )
    }

    private func submit(
        _ request: PaintRequest,
        _ account: Account? = nil,
        to service: JobService
    ) async throws -> JobSnapshot {
        try await service.submit(request, account: account ?? free, idempotencyKey: nil).snapshot
    }

    private func expectCompleted(_ job: JobSnapshot, in service: JobService) async throws {
        let ended = try await end(of: job, in: service)
        #expect(ended.record.status == .completed, "\(job.request.prompt)")
    }

    @Test("Tasks of several jobs and rungs take their steps together, and leave when they are done")
    func sharesSteps() async throws {
        let painter = FakeStepPainter(allowed: 0)
        let service = try makeService(painter)
        let long = try await submit(request("long", rung: "high"), to: service)
        let short = try await submit(request("short", rung: "low"), to: service)
        try await running(service) {
            // A step may have begun before everybody was ready for it.
            try await eventually { await service.beginningCount == 0 && painter.begun.count == 2 && painter.isWaiting }
            painter.allow(1)
            try await eventually { painter.batches.count == 1 && painter.isWaiting }
            let late = try await submit(request("late", rung: "low"), to: service)
            painter.allow(1)
            try await eventually { await service.beginningCount == 0 && painter.begun.count == 3 && painter.isWaiting }
            painter.allow(1)
            try await eventually { painter.batches.count == 3 && painter.isWaiting }
            painter.allow(.max)
            for job in [long, short, late] {
                try await expectCompleted(job, in: service)
            }
        }
        #expect(painter.batches.contains { Set($0).isSuperset(of: ["long 0", "short 0"]) })
        #expect(painter.batches.contains { Set($0).isSuperset(of: ["long 0", "late 0"]) })
        #expect(painter.batches.count { $0.contains("long 0") } == 8)
        #expect(painter.batches.count { $0.contains("short 0") } == 2)
    }

    @Test("A fault that passes costs a picture no step that it has taken, and one in a step no picture")
    func survivesPassingFaults() async throws {
        let painter = FakeStepPainter()
        let fault = PaintError.records(.file(path: "f", operation: "write", reason: "No space left on device"))
        painter.failAtTheEnd("kept", with: fault)
        painter.fail("stepped", with: .inference("not now"))
        let service = try makeService(painter)
        let jobs = [
            try await submit(request("kept", rung: "low"), to: service),
            try await submit(request("stepped", rung: "low"), to: service),
        ]
        try await running(service) {
            for job in jobs { try await eventually { await service.failures[job.record.id] != nil } }
            painter.heal()
            let watches = await (
                service.watch(jobs[0].record.id, wantsProgress: false),
                service.watch(jobs[1].record.id, wantsProgress: false)
            )
            clock.advance(bySeconds: 60)
            await service.tickOnce()
            for await _ in watches.0.events {}
            for await _ in watches.1.events {}
            for job in jobs { try await expectCompleted(job, in: service) }
        }
        #expect(painter.begun.count { $0.prompt == "kept" } == 1)
        #expect(painter.begun.count { $0.prompt == "stepped" } == 2)
        #expect(Set(painter.finished) == ["kept 0", "stepped 0"])
    }

    @Test("While the end of one job waits for the records, the others take their steps")
    func stepsWhileRecordsWait() async throws {
        let path = folder.path + "/heatsink.sqlite"
        let painter = FakeStepPainter(allowed: 0)
        let service = try makeService(painter, store: try SQLiteStore(path: path, lockSeconds: 3_600))
        let failing = try await submit(request("failing", rung: "high"), to: service)
        let other = try await submit(request("other", rung: "high"), to: service)
        try await running(service) {
            try await eventually { await service.beginningCount == 0 && painter.begun.count == 2 && painter.isWaiting }
            let lock = try DatabaseLock(path: path)
            painter.fail("failing")
            painter.allow(.max)
            try await eventually { painter.finished == ["other 0"] }
            #expect(try await store.job(failing.record.id)?.status == .running)
            try lock.release()
            try await expectCompleted(other, in: service)
            #expect(try await end(of: failing, in: service).record.status == .failed)
        }
    }

    @Test("Previews of a picture that is begun again are told once, each at its place")
    func tellsPreviewsOnce() async throws {
        let painter = FakeStepPainter(allowed: 5)
        let service = try makeService(painter)
        let job = try await submit(request("p", rung: "high", partials: 3), to: service)
        let watch = await service.watch(job.record.id, wantsProgress: false)
        try await running(service) {
            try await eventually { painter.batches.count == 5 && painter.isWaiting }
            painter.fail("p", with: .inference("not now"))
            painter.allow(1)
            try await eventually { await service.failures[job.record.id] != nil }
            painter.heal()
            painter.allow(.max)
            try await eventually {
                clock.advance(bySeconds: 1)
                await service.tickOnce()
                return try await store.job(job.record.id)?.status == .completed
            }
        }
        var told: [String] = []
        for await event in watch.events {
            if case .partial(let partial) = event { told.append("\(partial.index): \(partial.picture.revisedPrompt)") }
        }
        #expect(told == ["0: p 0 after 2", "1: p 0 after 4", "2: p 0 after 6"])
    }

    @Test("A cancelled job's task takes no further step; its neighbour goes on")
    func cancelsAtAStep() async throws {
        let painter = FakeStepPainter(allowed: 2)
        let service = try makeService(painter)
        let gone = try await submit(request("gone", rung: "high"), to: service)
        let other = try await submit(request("other", rung: "high"), to: service)
        try await running(service) {
            try await eventually { painter.batches.count == 2 && painter.isWaiting }
            let cancelled = try await service.cancel(gone.record.id, account: free.id)
            #expect(cancelled.record.status == .cancelled)
            painter.allow(.max)
            try await expectCompleted(other, in: service)
        }
        // The step that waited was begun with it.
        #expect(painter.batches.count { $0.contains("gone 0") } <= 3)
        #expect(painter.finished == ["other 0"])
    }

    @Test("A job of a higher class takes the batch, and those that made room go on with what they had")
    func pausesAndResumes() async throws {
        let painter = FakeStepPainter(allowed: 3)
        let service = try makeService(painter)
        let many = try await submit(request("many", count: 4, rung: "high"), to: service)
        try await running(service) {
            try await eventually {
                await service.beginningCount == 0 && painter.begun.count == 4 && painter.batches.count == 3
                    && painter.isWaiting
            }
            let first = try await submit(request("first", count: 4, rung: "low"), paying, to: service)
            painter.allow(.max)
            try await expectCompleted(first, in: service)
            try await expectCompleted(many, in: service)
        }
        // After the step that was under way.
        #expect(painter.batches[4].allSatisfy { $0.hasPrefix("first") })
        #expect(painter.begun.count == 8, "what was put aside was begun again")
        for task in 0..<4 { #expect(painter.batches.count { $0.contains("many \(task)") } == 8) }
        let preemptions = await service.preemptions
        #expect(preemptions == 4)
    }

    @Test("Ten pictures of one job come in order")
    func paintsTen() async throws {
        let painter = FakeStepPainter()
        let service = try makeService(painter)
        let job = try await submit(request("ten", count: 10, seed: 5), to: service)
        try await running(service) {
            let done = try await end(of: job, in: service)
            #expect(done.record.pictures.map(\.revisedPrompt) == (0..<10).map { "ten \($0) seed 5" })
        }
        #expect(painter.batches.allSatisfy { $0.count <= 4 })
        #expect(try await store.settlements(of: [job.record.id]) == [job.record.id: 1])
    }

    @Test("A task that fails takes none of its neighbours along")
    func failsAlone() async throws {
        let painter = FakeStepPainter(allowed: 1)
        let service = try makeService(painter)
        painter.fail("bad")
        let bad = try await submit(request("bad", count: 2), to: service)
        let good = try await submit(request("good", count: 2), to: service)
        try await running(service) {
            painter.allow(.max)
            let failed = try await end(of: bad, in: service)
            #expect(failed.record.failure?.code == "internal_error")
            try await expectCompleted(good, in: service)
        }
        #expect(Set(painter.finished) == ["good 0", "good 1"])
    }

    @Test("Previews come in order and before the picture, progress with every step")
    func showsPartials() async throws {
        let service = try makeService(FakeStepPainter())
        let job = try await submit(request("shown", rung: "high", partials: 3), to: service)
        let watch = await service.watch(job.record.id, wantsProgress: true)
        var partials: [String] = []
        var progress: [Double] = []
        var versions = [job.version]
        try await running(service) {
            for await event in watch.events {
                switch event {
                case .changed(let snapshot):
                    versions.append(snapshot.version)
                    if let share = snapshot.progress { progress.append(share) }
                case .partial(let partial):
                    versions.append(partial.version)
                    #expect(partial.index == partials.count)
                    partials.append(partial.picture.revisedPrompt)
                case .stopping: break
                }
            }
        }
        #expect(partials == [2, 4, 6].map { "shown 0 after \($0)" })
        #expect(progress == (1...8).map { Double($0) / 8 })
        #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("What was being painted at a crash is painted again from its own seed: the same picture")
    func recovers() async throws {
        let painter = FakeStepPainter(allowed: 3)
        let before = try makeService(painter)
        let chosen = try await submit(request("chosen", rung: "high", seed: 9_007_199_254_740_992), to: before)
        let drawn = try await submit(request("drawn", rung: "high"), to: before)
        let work = Task { try await before.run() }
        try await eventually { painter.batches.count == 3 && painter.begun.count == 2 }
        // Nothing is told to stop: as after a power cut, only the records are left.
        let again = FakeStepPainter()
        let after = try makeService(again)
        try await after.recover()
        try await running(after) {
            for job in [chosen, drawn] {
                try await expectCompleted(job, in: after)
            }
        }
        func seeds(_ painter: FakeStepPainter) -> [String: UInt64] {
            Dictionary(uniqueKeysWithValues: painter.begun.map { ($0.prompt, $0.seed) })
        }
        #expect(seeds(again) == seeds(painter))
        #expect(seeds(again)["chosen"] == 9_007_199_254_740_992)
        work.cancel()
        painter.allow(.max)
        _ = try await work.value
    }

    @Test("Photos are painted beside stepwise pictures, each by its own worker")
    func worksBesides() async throws {
        let steps = FakeStepPainter(allowed: 0)
        let painter = FakePainter()
        let service = try makeService(steps, painter)
        let stepwise = try await submit(request("steps", rung: "low"), to: service)
        let photo = PaintRequest(
            model: "restyle",
            prompt: "photo",
            photo: Digest.hexadecimal(of: [1]),
            styles: [.learned(index: 0, revisedPrompt: "")],
            rung: "384",
            isDetached: true
        )
        let restyled = try await submit(photo, to: service)
        try await running(service) {
            try await expectCompleted(restyled, in: service)
            steps.allow(.max)
            try await expectCompleted(stepwise, in: service)
        }
        #expect(painter.painted == ["photo"])
    }

    @Test("Stopping lets the batch finish what it has, and takes nothing new")
    func stops() async throws {
        let painter = FakeStepPainter(allowed: 1)
        let service = try makeService(painter)
        let jobs = try await [submit(request("a", count: 4), to: service), submit(request("b"), to: service)]
        let work = Task { try await service.run() }
        try await eventually { painter.batches.count == 1 && painter.isWaiting }
        await service.stop()
        painter.allow(.max)
        try await eventually { (try? await store.job(jobs[0].record.id))?.status == .completed }
        work.cancel()
        try await work.value
        #expect(try await store.job(jobs[0].record.id)?.status == .completed)
        #expect(try await store.unfinishedJobs().map(\.id) == [jobs[1].record.id])
    }
}

extension JobService {
    fileprivate var preemptions: Int { core.statistics.preemptions }
    fileprivate var beginningCount: Int { batch.beginningCount }
}
