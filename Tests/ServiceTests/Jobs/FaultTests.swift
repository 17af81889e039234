import Foundation
import Imaging
import Inference
import Logging
import Records
import SurgeCore
import TestKit
import Testing

@testable import Service

/// Records and files that fail for a while, with a real database and manual clocks.
@Suite("A passing fault ends no job")
struct FaultTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let clock = ManualClock()
    private let id = AccountID(rawValue: "acct_1")
    private let account: Account

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite", lockSeconds: 0.02)
        account = Account(id: id, name: "one", plan: "free", createdAt: clock.now())
        try await store.create(account)
    }

    private func makeService(_ painter: FakePainter, steps: FakeStepPainter? = nil) throws -> JobService {
        var configuration = JobService.Configuration()
        configuration.plans = [Plan(name: "free")]
        configuration.leastFreeBytes = 0
        var models = Repository.models
        if steps != nil {
            models = folder.path + "/models"
            try FlowFolder.write(to: models)
        }
        return JobService(
            store: store,
            files: try FileStore(folder: folder.path + "/files"),
            painter: painter,
            stepPainter: steps,
            catalogue: try ModelCatalogue(folder: models),
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func request(_ prompt: String, count: Int = 1, partials: Int = 0) -> PaintRequest {
        PaintRequest(
            model: "restyle",
            prompt: prompt,
            photo: Digest.hexadecimal(of: [1]),
            styles: (0..<count).map { .learned(index: $0, revisedPrompt: "style \($0)") },
            rung: "384",
            partialImages: partials,
            isDetached: true
        )
    }

    private func lock() throws -> DatabaseLock { try DatabaseLock(path: folder.path + "/heatsink.sqlite") }

    /// Lets time pass until something holds.
    private func pass(
        _ service: JobService,
        seconds: Double = 0.25,
        until holds: () async throws -> Bool
    ) async throws {
        try await eventually {
            if try await holds() { return true }
            clock.advance(bySeconds: seconds)
            await service.tickOnce()
            return try await holds()
        }
    }

    @Test("An ending that cannot be written is written as soon as the records take it, and nobody is told before")
    func writesTheEndingLater() async throws {
        let painter = FakePainter(isOpen: false)
        let service = try makeService(painter)
        try await running(service) {
            let job = try await service.submit(request("a"), account: account, idempotencyKey: "k").snapshot
            try await eventually { painter.waitingCount == 1 }
            let watch = await service.watch(job.record.id, wantsProgress: true)
            let lock = try lock()
            painter.open()
            try await eventually { await service.unwritten.isHeldUp }
            // It is as the records say, for every client.
            #expect(try await service.job(job.record.id, account: id).record.status == .running)
            await #expect(throws: JobError.unavailable(.endingsUnwritten)) {
                try await service.cancel(job.record.id, account: id)
            }
            let again = try await service.submit(request("a"), account: account, idempotencyKey: "k").snapshot
            #expect(again.record.id == job.record.id)
            #expect(again.record.status == .running)
            await #expect(throws: JobError.idempotencyKeyReused) {
                _ = try await service.submit(request("other"), account: account, idempotencyKey: "k")
            }
            // Nothing new is taken, at the door already.
            await #expect(throws: JobError.unavailable(.endingsUnwritten)) {
                _ = try await service.submit(request("b"), account: account, idempotencyKey: nil)
            }
            let stranger = AccountID(rawValue: "acct_2")
            #expect(await service.precheckAvailability(of: stranger, isNamed: false) == .endingsUnwritten)
            #expect(await !service.isAccepting)
            // For as long as it takes.
            for _ in 0..<100 {
                clock.advance(bySeconds: 10)
                await service.tickOnce()
            }
            #expect(try await store.job(job.record.id)?.status == .running)
            try lock.release()
            try await pass(service) { try await store.job(job.record.id)?.status == .completed }
            var told: [JobStatus] = []
            for await event in watch.events {
                if case .changed(let snapshot) = event { told.append(snapshot.record.status) }
            }
            #expect(told.last == .completed && told.dropLast().allSatisfy { !$0.isFinal })
            try await pass(service) { await service.isAccepting }
            #expect(try await service.job(job.record.id, account: id).record.status == .completed)
            #expect(try await store.settlements(of: [job.record.id]) == [job.record.id: 1])
            #expect(await service.unavailability == nil)
        }
    }

    @Test("A start that cannot be written is written later, and the job is painted")
    func writesTheStartLater() async throws {
        let painter = FakePainter()
        let service = try makeService(painter)
        let job = try await service.submit(request("a"), account: account, idempotencyKey: nil).snapshot
        let lock = try lock()
        try await running(service) {
            try await eventually { await service.failures[job.record.id] != nil }
            #expect(painter.painted.isEmpty)
            for _ in 0..<20 {
                // A try under way would outlive its lease, and be made once more.
                try await eventually { await service.core.runningTaskCount == 0 }
                clock.advance(bySeconds: 5)
                await service.tickOnce()
            }
            try lock.release()
            try await pass(service) { try await store.job(job.record.id)?.status == .completed }
        }
        #expect(painter.painted == ["a"])
    }

    @Test("At the stop, an ending that cannot be written is left to the next start, which ends the job once")
    func leavesToTheNextStart() async throws {
        let painter = FakePainter(isOpen: false)
        let service = try makeService(painter)
        let lock = try lock()
        try lock.release()
        var job: JobSnapshot?
        var held: DatabaseLock?
        try await running(service) {
            let accepted = try await service.submit(request("a"), account: account, idempotencyKey: nil).snapshot
            job = accepted
            try await eventually { painter.waitingCount == 1 }
            held = try self.lock()
            painter.open()
            try await eventually { await service.unwritten.isHeldUp }
        }
        try held?.release()
        let name = try #require(job?.record.id)
        #expect(try await store.job(name)?.status == .running)
        let next = try makeService(FakePainter())
        try await next.recover()
        try await running(next) { try await pass(next) { try await store.job(name)?.status == .completed } }
        #expect(try await store.settlements(of: [name]) == [name: 1])
    }

    @Test("Records that cannot be read stop a start, and no job has failed for it")
    func stopsTheStart() async throws {
        let before = try makeService(FakePainter(isOpen: false))
        let job = try await before.submit(request("a"), account: account, idempotencyKey: nil).snapshot
        let path = folder.path + "/heatsink.sqlite"
        try DatabaseChange.run("ALTER TABLE settlement_days RENAME TO away", on: path)
        let stopped = try makeService(FakePainter())
        await #expect(throws: RecordsError.self) { try await stopped.recover() }
        #expect(try await store.job(job.record.id)?.status == .queued)
        try DatabaseChange.run("ALTER TABLE away RENAME TO settlement_days", on: path)
        let next = try makeService(FakePainter())
        try await next.recover()
        try await running(next) { try await pass(next) { try await store.job(job.record.id)?.status == .completed } }
    }

    @Test(
        "Files that cannot be written for 60 s fail no job",
        arguments: [
            PaintError.records(.file(path: "f", operation: "write", reason: "No space left on device")),
            .inference("no descriptors are left"), .uploadUnreadable("it is not there"),
            .rightsFailed("no certificate"),
        ]
    )
    func survivesPassingFaults(_ fault: PaintError) async throws {
        let painter = FakePainter()
        painter.fail(with: fault)
        let service = try makeService(painter)
        let job = try await service.submit(request("a", count: 3), account: account, idempotencyKey: nil).snapshot
        try await running(service) {
            try await eventually { painter.failureCount >= 3 }
            for _ in 0..<236 {
                clock.advance(bySeconds: 0.25)
                await service.tickOnce()
                await Task.yield()
            }
            #expect(try await store.job(job.record.id)?.status == .running)
            painter.fail(with: nil)
            try await pass(service, seconds: 1) { try await store.job(job.record.id)?.status == .completed }
        }
        #expect(try await store.settlements(of: [job.record.id]) == [job.record.id: 1])
    }

    @Test("A job whose fault lasts ends by its deadline, with the reason of its last failure")
    func keepsTheReason() async throws {
        let painter = FakePainter()
        painter.fail(with: .records(.file(path: "f", operation: "write", reason: "no")))
        let service = try makeService(painter)
        let job = try await service.submit(request("a"), account: account, idempotencyKey: nil).snapshot
        try await running(service) {
            try await eventually { painter.failureCount >= 1 }
            try await pass(service, seconds: 600) { try await store.job(job.record.id)?.status.isFinal == true }
        }
        let ended = try #require(try await store.job(job.record.id))
        #expect(ended.status == .failed)
        #expect(ended.failure?.code == "internal_error")
    }

    @Test("A job that is put off leaves its place to others, and partial pictures are told once")
    func leavesItsPlace() async throws {
        let painter = FakePainter()
        painter.fail(with: .inference("not now"))
        let service = try makeService(painter)
        try await running(service) {
            let job = try await service.submit(request("a", partials: 2), account: account, idempotencyKey: nil)
                .snapshot
            let watch = await service.watch(job.record.id, wantsProgress: true)
            try await eventually { painter.failureCount == 1 }
            painter.fail(with: nil)
            let other = try await service.submit(request("b"), account: account, idempotencyKey: nil).snapshot
            try await eventually { try await store.job(other.record.id)?.status == .completed }
            #expect(painter.painted == ["b"])
            try await pass(service) { try await store.job(job.record.id)?.status == .completed }
            var partials: [Int] = []
            for await event in watch.events { if case .partial(let partial) = event { partials.append(partial.index) } }
            #expect(partials == [0, 1])
        }
    }

    @Test("A database that was moved away takes nothing, and takes work again when it is back")
    func noticesAMovedDatabase() async throws {
        let service = try makeService(FakePainter(isOpen: false))
        let path = folder.path + "/heatsink.sqlite"
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        await #expect(throws: JobError.records(.moved(path: path))) {
            _ = try await service.submit(request("a"), account: account, idempotencyKey: nil)
        }
        await service.tickOnce()
        #expect(await service.unavailability == .recordsMoved)
        try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        await service.tickOnce()
        #expect(await service.unavailability == nil)
        _ = try await service.submit(request("a"), account: account, idempotencyKey: nil)
    }

    @Test("Below the floor of free space nothing is accepted")
    func keepsTheFloor() async throws {
        var configuration = JobService.Configuration()
        configuration.plans = [Plan(name: "free")]
        configuration.leastFreeBytes = .max
        let service = JobService(
            store: store,
            files: try FileStore(folder: folder.path + "/files"),
            painter: FakePainter(),
            catalogue: try ModelCatalogue(folder: Repository.models),
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        await service.tickOnce()
        await #expect(throws: JobError.unavailable(.spaceLow)) {
            _ = try await service.submit(request("a"), account: account, idempotencyKey: nil)
        }
    }
}
