import Inference
import Logging
import Records
import SurgeCore
import Synchronization
import TestKit
import Testing

@testable import Service

/// What the pages need of the service, with a real database.
@Suite("Accounts and operators")
struct AccountServiceTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let files: FileStore
    private let clock = ManualClock()
    private let account: Account
    private let other: Account

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        files = try FileStore(folder: folder.path + "/files")
        account = Account(id: AccountID(rawValue: "acct_1"), name: "one", plan: "free", createdAt: clock.now())
        other = Account(id: AccountID(rawValue: "acct_2"), name: "two", plan: "free", createdAt: clock.now())
        try await store.create(account)
        try await store.create(other)
    }

    private func makeService(_ painter: FakePainter) throws -> JobService {
        var configuration = JobService.Configuration()
        configuration.plans = [Plan(name: "free")]
        return JobService(
            store: store,
            files: files,
            painter: painter,
            catalogue: try ModelCatalogue(folder: Repository.models),
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func request(_ prompt: String, photo: String) -> PaintRequest {
        PaintRequest(
            model: "restyle",
            prompt: prompt,
            photo: photo,
            styles: [.learned(index: 0, revisedPrompt: "style")],
            rung: "384",
            isDetached: true
        )
    }

    /// What a watcher was told, in words.
    private final class Heard: Sendable {
        private let words = Mutex<[String]>([])

        var all: [String] { words.withLock { $0 } }

        func note(_ event: AccountEvent) {
            let word =
                switch event {
                case .job(let snapshot): "\(snapshot.request.prompt) \(snapshot.record.status.rawValue)"
                case .partial(_, let partial): "partial \(partial.index)"
                case .deleted: "deleted"
                case .standing: "standing"
                case .gone: "gone"
                case .stopping: "stopping"
                }
            words.withLock { $0.append(word) }
        }
    }

    @Test("Whoever watches an account hears of all its jobs, old and new, and of nobody else's")
    func watchesAccounts() async throws {
        let service = try makeService(FakePainter())
        let heard = Heard()
        let first = try await service.submit(request("first", photo: "a"), account: account, idempotencyKey: nil)
        let name = try await service.watch(account.id, after: nil) { heard.note($0) }
        #expect(name != nil)
        #expect(heard.all == ["first queued"])
        _ = try await service.submit(request("theirs", photo: "b"), account: other, idempotencyKey: nil)
        let second = try await service.submit(request("second", photo: "c"), account: account, idempotencyKey: nil)
        #expect(heard.all.contains("second queued"))
        try await running(service) {
            try await end(of: first.snapshot, in: service)
            try await end(of: second.snapshot, in: service)
        }
        #expect(heard.all.contains("first completed"))
        #expect(heard.all.contains("second completed"))
        #expect(!heard.all.contains { $0.hasPrefix("theirs") })
        #expect(heard.all.last == "stopping")
    }

    @Test("Whoever comes back hears of what ended in between")
    func resumesWatching() async throws {
        let service = try makeService(FakePainter())
        let before = clock.now().microseconds
        clock.advance(bySeconds: 1)
        let job = try await service.submit(request("first", photo: "a"), account: account, idempotencyKey: nil)
        try await running(service) {
            try await end(of: job.snapshot, in: service)
            let heard = Heard()
            _ = try await service.watch(account.id, after: before) { heard.note($0) }
            #expect(heard.all == ["first completed"])
            let later = Heard()
            let version = try await service.job(job.snapshot.record.id, account: account.id).version
            _ = try await service.watch(account.id, after: version) { later.note($0) }
            #expect(later.all.isEmpty)
        }
    }

    @Test("A deleted job takes its files along, but none that another job needs")
    func deletesJobs() async throws {
        let service = try makeService(FakePainter())
        let photo = try files.write([1, 2, 3])
        let shared = try files.write([4, 5, 6])
        let mine = try await service.submit(request("a", photo: photo), account: account, idempotencyKey: nil)
        let both = try await service.submit(request("b", photo: shared), account: account, idempotencyKey: nil)
        let theirs = try await service.submit(request("c", photo: shared), account: other, idempotencyKey: nil)
        await #expect(throws: JobError.notFinished) {
            try await service.delete(mine.snapshot.record.id, account: account.id)
        }
        try await running(service) {
            for job in [mine, both, theirs] { try await end(of: job.snapshot, in: service) }
            await #expect(throws: JobError.notFound) {
                try await service.delete(mine.snapshot.record.id, account: other.id)
            }
            try await service.delete(mine.snapshot.record.id, account: account.id)
            try await service.delete(both.snapshot.record.id, account: account.id)
        }
        #expect(files.read(photo) == nil)
        #expect(files.read(shared) != nil)
    }

    @Test("An account that is deleted while its jobs wait leaves nothing behind, and its jobs are not painted")
    func deletesAccounts() async throws {
        let painter = FakePainter(isOpen: false)
        let service = try makeService(painter)
        let photo = try files.write([7])
        _ = try await service.submit(request("a", photo: photo), account: account, idempotencyKey: nil)
        let theirs = try await service.submit(request("b", photo: "x"), account: other, idempotencyKey: nil)
        let heard = Heard()
        _ = try await service.watch(account.id, after: nil) { heard.note($0) }
        let forgotten = try await service.delete(account.id)
        #expect(forgotten.jobs == 1)
        #expect(try await store.account(account.id) == nil)
        #expect(try await store.jobs(of: account.id, limit: 10, after: nil).isEmpty)
        #expect(files.read(photo) == nil)
        #expect(heard.all.contains("a cancelled"))
        #expect(heard.all.last == "gone")
        painter.open()
        try await running(service) { try await end(of: theirs.snapshot, in: service) }
        #expect(painter.painted == ["b"])
    }

    @Test("An action is written down with its reason, takes effect, and holds after a restart")
    func performsActions() async throws {
        let service = try makeService(FakePainter())
        let change = OperatorAction.plan("free", settings: ["burst": "2", "pictures-per-second": "0.5"])
        let entry = try await service.perform(change, by: account, reason: "rehearsal")
        #expect(entry.detail == ["burst": "2", "pictures-per-second": "0.5"])
        let changed = await service.operationsState().plans[0]
        #expect(changed.plan.burst == 2)
        #expect(changed.changes["burst"] == "2")
        _ = try await service.perform(.deferral(plan: "free", minutes: 10), by: account, reason: "rehearsal")
        _ = try await service.perform(.pause(model: "restyle", minutes: 5), by: account, reason: "rehearsal")
        _ = try await service.perform(.drain(worker: "local", isDraining: true), by: account, reason: "rehearsal")
        let state = await service.operationsState()
        #expect(state.plans[0].heldUntil == clock.now().advanced(bySeconds: 600))
        #expect(
            state.models.first { $0.entry.manifest.id == "restyle" }?.heldUntil == clock.now().advanced(bySeconds: 300)
        )
        #expect(state.workers.first?.status.isDraining == true)
        let after = try makeService(FakePainter())
        try await after.recover()
        #expect(await after.operationsState().plans[0].heldUntil == clock.now().advanced(bySeconds: 600))
        #expect(await after.operationsState().plans[0].plan.burst == 2)
        _ = try await service.perform(.deferral(plan: "free", minutes: 0), by: account, reason: "over")
        #expect(await service.operationsState().plans[0].heldUntil == nil)
        #expect(try await store.audit(limit: 10).map(\.action) == ["defer", "drain", "pause", "defer", "plan"])
    }

    @Test("A paused model does not make its plan look as if everything waited")
    func pausesOneModel() async throws {
        let service = try makeService(FakePainter())
        _ = try await service.perform(.pause(model: "restyle", minutes: 30), by: other, reason: "repair")
        let status = await service.status().plans[0]
        #expect(!status.isDeferring)
        #expect((status.outlook?.estimate.highSeconds ?? .infinity) < 60)
        _ = try await service.perform(.deferral(plan: "free", minutes: 30), by: other, reason: "peak")
        #expect(await service.status().plans[0].isDeferring)
    }

    @Test("Deferred work waits, with the truth about how long, and goes on when the time is over")
    func defersWork() async throws {
        let service = try makeService(FakePainter())
        _ = try await service.perform(.deferral(plan: "free", minutes: 10), by: other, reason: "peak")
        let job = try await service.submit(request("a", photo: "a"), account: account, idempotencyKey: nil).snapshot
        #expect(job.promise?.kind == .queued || job.promise?.kind == .deferred)
        #expect((job.estimate?.highSeconds ?? 0) >= 590)
        try await running(service) {
            for _ in 0..<3 { await service.tickOnce() }
            #expect(try await service.job(job.record.id, account: account.id).record.status == .queued)
            clock.advance(bySeconds: 601)
            try await end(of: job, in: service)
            #expect(try await service.job(job.record.id, account: account.id).record.status == .completed)
        }
    }

    @Test(
        "An action that makes no sense changes nothing and is not written down",
        arguments: [
            OperatorAction.plan("none", settings: [:]), .plan("free", settings: ["rank": "3"]),
            .plan("free", settings: ["burst": "0"]), .plan("free", settings: ["colour": "red"]),
            .deferral(plan: "none", minutes: 1), .pause(model: "none", minutes: 1),
            .drain(worker: "none", isDraining: true),
        ]
    )
    func refusesActions(action: OperatorAction) async throws {
        let service = try makeService(FakePainter())
        await #expect(throws: OperatorActionError.self) { try await service.perform(action, by: account, reason: "no") }
        #expect(try await store.audit(limit: 10).isEmpty)
    }

    @Test("The heaviest accounts are those of late, and the list stays short")
    func findsTheHeavy() {
        var heavy = HeavyAccounts()
        let now = clock.now()
        for number in 0..<5_000 { heavy.note(0.1, of: AccountID(rawValue: "\(number)"), at: now) }
        heavy.note(100, of: account.id, at: now)
        heavy.note(90, of: other.id, at: now.advanced(bySeconds: 600))
        let heaviest = heavy.heaviest(2, at: now.advanced(bySeconds: 600))
        #expect(heaviest.map(\.account) == [other.id, account.id])
        #expect(abs(heaviest[1].seconds - 50) < 1e-6)
        heavy.forget(other.id)
        #expect(heavy.heaviest(1, at: now).first?.account == account.id)
    }
}
