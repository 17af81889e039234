import Inference
import Logging
import Records
import SurgeCore
import Synchronization
import TestKit
import Testing

@testable import Service

/// Files of a request, with a note of what became of them.
private final class NotedFiles: RequestFiles {
    private struct State {
        var events: [String] = []
        var isOpen: Bool
        var error: RecordsError?
    }

    private let state: Mutex<State>

    init(isOpen: Bool = true, error: RecordsError? = nil) { state = Mutex(State(isOpen: isOpen, error: error)) }

    var events: [String] { state.withLock { $0.events } }

    func open() { state.withLock { $0.isOpen = true } }

    func keep() async throws(RecordsError) {
        state.withLock { $0.events.append("keep") }
        while !state.withLock({ $0.isOpen }) { await Task.yield() }
        if let error = state.withLock({ $0.error }) { throw error }
    }

    func settle() { state.withLock { $0.events.append("settle") } }
}

@Suite("A request's files and its acceptance")
struct RequestFilesTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let account: Account
    private let clock = ManualClock()
    private let service: JobService

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        account = Account(id: AccountID(rawValue: "acct_1"), name: "one", plan: "free", createdAt: clock.now())
        try await store.create(account)
        var configuration = JobService.Configuration()
        configuration.leastFreeBytes = 0
        var free = Plan(name: "free")
        free.mostActiveJobs = 2
        configuration.plans = [free]
        service = JobService(
            store: store,
            files: try FileStore(folder: folder.path + "/files"),
            painter: FakePainter(isOpen: false),
            catalogue: try ModelCatalogue(folder: Repository.models),
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func request(_ prompt: String) -> PaintRequest {
        PaintRequest(
            model: "restyle",
            prompt: prompt,
            photo: Digest.hexadecimal(of: [1]),
            styles: [.learned(index: 0, revisedPrompt: "style")],
            rung: "384",
            isDetached: true
        )
    }

    private func submit(_ prompt: String, key: String? = nil, _ files: NotedFiles) async throws(JobError) -> JobID {
        try await service.submit(request(prompt), account: account, idempotencyKey: key, files: files).snapshot.record
            .id
    }

    @Test("They are kept for a new job alone, not for what is known or refused")
    func keepsForNewJobs() async throws {
        let (new, known, refused, reused) = (NotedFiles(), NotedFiles(), NotedFiles(), NotedFiles())
        let id = try await submit("a", key: "key", new)
        #expect(new.events == ["keep", "settle"])
        #expect(try await submit("a", key: "key", known) == id)
        await #expect(throws: JobError.idempotencyKeyReused) { try await submit("c", key: "key", reused) }
        _ = try await submit("d", NotedFiles())
        await #expect(throws: JobError.self) { try await submit("b", refused) }
        #expect(refused.events.isEmpty)
        for files in [known, refused, reused] { #expect(!files.events.contains("settle")) }
        #expect(try await store.unfinishedJobs().count == 2)
    }

    @Test("A job whose files cannot be kept is not accepted, nor is the same request that came meanwhile")
    func failsTogether() async throws {
        let error = RecordsError.file(path: "x", operation: "sync", reason: "no space")
        let files = NotedFiles(isOpen: false, error: error)
        let first = Task { try await submit("a", files) }
        try await eventually { files.events == ["keep"] }
        let second = Task { try await submit("a", NotedFiles()) }
        try await eventually { await !service.waiting.isEmpty }
        files.open()
        await #expect(throws: JobError.records(error)) { _ = try await first.value }
        await #expect(throws: JobError.records(error)) { _ = try await second.value }
        #expect(try await store.unfinishedJobs().isEmpty)
        _ = try await submit("a", NotedFiles())
    }

    @Test("A job whose deadline passes before it is on record ends on record, too")
    func endsOnRecord() async throws {
        let files = NotedFiles(isOpen: false)
        let first = Task { try await submit("a", files) }
        try await eventually { files.events == ["keep"] }
        clock.advance(bySeconds: 10_000)
        await service.tickOnce()
        files.open()
        let id = try await first.value
        #expect(try await store.job(id)?.status == .expired)
        #expect(try await store.unfinishedJobs().isEmpty)
        #expect(try await service.job(id, account: account.id).record.status == .expired)
    }

    @Test("The same request that comes while files are being kept hears of the job when it is durable, not before")
    func joinsWhenDurable() async throws {
        let (files, other) = (NotedFiles(isOpen: false), NotedFiles())
        let first = Task { try await submit("a", files) }
        try await eventually { files.events == ["keep"] }
        let second = Task { try await submit("a", other) }
        try await eventually { await !service.waiting.isEmpty }
        #expect(try await store.unfinishedJobs().isEmpty)
        files.open()
        let ids = [try await first.value, try await second.value]
        #expect(ids[0] == ids[1])
        #expect(try await store.unfinishedJobs().map(\.id) == [ids[0]])
        #expect(other.events.isEmpty)
    }
}
