import Inference
import Logging
import Records
import SurgeCore
import TestKit
import Testing

@testable import Service

/// The live shell, with a real database, a manual clock and a painter that paints when it is let.
@Suite("The job service")
struct JobServiceTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let clock = ManualClock()
    private let id = AccountID(rawValue: "acct_1")
    private let account: Account

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        account = Account(id: id, name: "one", plan: "free", createdAt: clock.now())
        try await store.create(account)
    }

    private func makeService(_ painter: FakePainter, change: (inout Plan) -> Void = { _ in }) throws -> JobService {
        var configuration = JobService.Configuration()
        var free = Plan(name: "free")
        change(&free)
        configuration.plans = [free]
        return JobService(
            store: store,
            files: try FileStore(folder: folder.path + "/files"),
            painter: painter,
            catalogue: try ModelCatalogue(folder: Repository.models),
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func request(_ prompt: String, count: Int = 1, isDetached: Bool = true, partials: Int = 0) -> PaintRequest {
        PaintRequest(
            model: "restyle",
            prompt: prompt,
            photo: Digest.hexadecimal(of: [1]),
            styles: (0..<count).map { .learned(index: $0, revisedPrompt: "style \($0)") },
            rung: "384",
            partialImages: partials,
            isDetached: isDetached
        )
    }

    @Test("A job is durable when it is accepted, and ends with its pictures in order")
    func completes() async throws {
        let service = try makeService(FakePainter())
        let job = try await service.submit(request("a", count: 3), account: account, idempotencyKey: nil).snapshot
        #expect(try await store.job(job.record.id)?.status == .queued)
        try await running(service) {
            let done = try await end(of: job, in: service)
            #expect(done.record.status == .completed)
            #expect(done.record.pictures.map(\.revisedPrompt) == ["a 0", "a 1", "a 2"])
        }
        #expect(try await store.settlements(of: [job.record.id]) == [job.record.id: 1])
    }

    @Test("What was accepted before a crash is finished after it, once")
    func recovers() async throws {
        let before = try makeService(FakePainter(isOpen: false))
        var jobs: [JobSnapshot] = []
        for index in 0..<20 {
            jobs.append(
                try await before.submit(request("\(index)"), account: account, idempotencyKey: "\(index)").snapshot
            )
        }
        let painter = FakePainter()
        let after = try makeService(painter)
        try await after.recover()
        try await running(after) {
            for job in jobs {
                let done = try await end(of: job, in: after)
                #expect(done.record.status == .completed)
            }
        }
        #expect(painter.painted.count == 20)
        #expect(try await store.settlements(of: jobs.map(\.record.id)).values.allSatisfy { $0 == 1 })
    }

    @Test("The same request at the same time is one job")
    func joinsRetries() async throws {
        let service = try makeService(FakePainter(isOpen: false))
        let ids = try await withThrowingTaskGroup(of: JobID.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await service.submit(request("same"), account: account, idempotencyKey: nil).snapshot.record.id
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await store.unfinishedJobs().count == 1)
    }

    @Test("A cancelled job is never painted, and cancelling again is harmless")
    func cancels() async throws {
        let painter = FakePainter()
        let service = try makeService(painter)
        let job = try await service.submit(request("a"), account: account, idempotencyKey: nil).snapshot
        #expect(try await service.cancel(job.record.id, account: id).record.status == .cancelled)
        #expect(try await service.cancel(job.record.id, account: id).record.status == .cancelled)
        let other = try await service.submit(request("b"), account: account, idempotencyKey: nil).snapshot
        try await running(service) { _ = try await end(of: other, in: service) }
        #expect(painter.painted == ["b"])
        await #expect(throws: JobError.alreadyFinished) {
            try await service.cancel(other.record.id, account: id)
        }
    }

    @Test("Other accounts do not find a job")
    func isolatesAccounts() async throws {
        let service = try makeService(FakePainter())
        let job = try await service.submit(request("a"), account: account, idempotencyKey: nil).snapshot
        let stranger = AccountID(rawValue: "acct_2")
        await #expect(throws: JobError.notFound) { try await service.job(job.record.id, account: stranger) }
        await #expect(throws: JobError.notFound) { try await service.cancel(job.record.id, account: stranger) }
    }

    @Test("A job that nobody waits for goes after its grace, one that is asked for by name stays")
    func cancelsOrphans() async throws {
        let service = try makeService(FakePainter(isOpen: false))
        // Nobody keeps the submissions' holds: these clients have gone.
        let waiting = try await service.submit(request("a", isDetached: false), account: account, idempotencyKey: nil)
            .snapshot
        let named = try await service.submit(request("b", isDetached: false), account: account, idempotencyKey: "k")
            .snapshot
        let detached = try await service.submit(request("c"), account: account, idempotencyKey: nil).snapshot
        // A hold is let go of by a task of its own.
        try await eventually { await service.standing(of: account)?.absentJobs == 1 }
        clock.advance(bySeconds: 14)
        await service.tickOnce()
        #expect(try await store.unfinishedJobs().count == 3)
        clock.advance(bySeconds: 2)
        await service.tickOnce()
        #expect(try await store.unfinishedJobs().map(\.id) == [named.record.id, detached.record.id])
        #expect(try await service.job(waiting.record.id, account: id).record.status == .cancelled)
    }

    @Test("A full queue refuses, but a retry still finds its job")
    func refusesWhenFull() async throws {
        let service = try makeService(FakePainter(isOpen: false)) { $0.horizonSeconds = 0.16 }
        let job = try await service.submit(request("a", count: 10), account: account, idempotencyKey: nil).snapshot
        await #expect(throws: JobError.self) {
            _ = try await service.submit(request("b"), account: account, idempotencyKey: nil)
        }
        let again = try await service.submit(request("a", count: 10), account: account, idempotencyKey: nil).snapshot
        #expect(again.record.id == job.record.id)
    }

    @Test("A failure ends the job with a reason that blames the right side")
    func fails() async throws {
        let painter = FakePainter()
        painter.fail(with: .notInstalled("its model"))
        let service = try makeService(painter)
        let job = try await service.submit(request("a", count: 2), account: account, idempotencyKey: nil).snapshot
        try await running(service) {
            let done = try await end(of: job, in: service)
            #expect(done.record.status == .failed)
            #expect(done.record.failure?.code == "internal_error")
        }
        #expect(try await store.settlements(of: [job.record.id]) == [job.record.id: 1])
    }

    @Test("Versions grow with every event, also when the clock steps back")
    func growsVersions() async throws {
        let service = try makeService(FakePainter())
        let job = try await service.submit(request("a", partials: 3), account: account, idempotencyKey: nil).snapshot
        let watch = await service.watch(job.record.id, wantsProgress: true)
        clock.jump(bySeconds: -100)
        var versions = [job.version]
        try await running(service) {
            for await event in watch.events {
                switch event {
                case .changed(let snapshot): versions.append(snapshot.version)
                case .partial(let partial): versions.append(partial.version)
                case .stopping: break
                }
            }
        }
        #expect(versions.count == 6)
        #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 })
    }
}
