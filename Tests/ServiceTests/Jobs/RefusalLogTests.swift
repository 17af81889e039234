import Inference
import Logging
import Records
import SurgeCore
import Synchronization
import TestKit
import Testing

@testable import Service

/// What the log says of pictures that are not passed on.
@Suite("Refused pictures in the log")
struct RefusalLogTests {
    /// Notes the levels of what is logged.
    private final class Levels: LogHandler {
        private let noted = Mutex<Set<String>>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set { _ = newValue }
        }
        var logLevel: Logger.Level {
            get { .trace }
            set { _ = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set { _ = newValue }
        }

        var all: Set<String> { noted.withLock { $0 } }

        func log(event: LogEvent) {
            noted.withLock { _ = $0.insert(event.level.rawValue) }
        }
    }

    @Test(
        "A picture that is refused by moderation is no error; one that cannot be painted is",
        arguments: [
            (
                PaintError.blocked(
                    RightsFinding(place: .output, isForReview: false, rule: "r", reason: "no", detail: [:])
                ), false
            ),
            (PaintError.notInstalled("it is not there"), true),
        ]
    )
    func tellsRefusalsFromErrors(failure: PaintError, isError: Bool) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        let clock = ManualClock()
        let account = Account(id: AccountID(rawValue: "acct_1"), name: "one", plan: "free", createdAt: clock.now())
        try await store.create(account)
        var configuration = JobService.Configuration()
        configuration.plans = [Plan(name: "free")]
        configuration.leastFreeBytes = 0
        let painter = FakePainter()
        painter.fail(with: failure)
        let levels = Levels()
        let service = JobService(
            store: store,
            files: try FileStore(folder: folder.path + "/files"),
            painter: painter,
            catalogue: try ModelCatalogue(folder: Repository.models),
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in levels }
        )
        let request = PaintRequest(
            model: "restyle",
            prompt: "a",
            photo: Digest.hexadecimal(of: [1]),
            styles: [.learned(index: 0, revisedPrompt: "style")],
            rung: "384",
            isDetached: true
        )
        let job = try await service.submit(request, account: account, idempotencyKey: nil).snapshot
        try await running(service) {
            let ended = try await end(of: job, in: service)
            #expect(ended.record.status == .failed)
        }
        #expect(levels.all.contains("error") == isError)
    }
}
