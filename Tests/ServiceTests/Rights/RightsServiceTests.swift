import Foundation
import Imaging
import Inference
import Logging
import PromptPolicy
import Records
import SurgeCore
import TestKit
import Testing
import WorkRegistry

@testable import Service

/// What may be made and what was decided, with a real database, the shipped policy and real fingerprints.
@Suite("The rights service")
struct RightsServiceTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let files: FileStore
    private let clock = ManualClock()
    private let account: Account
    private let blocking = BlockingWork(width: 1)

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        files = try FileStore(folder: folder.path + "/files")
        account = Account(
            id: AccountID(rawValue: "acct_1"),
            name: "one",
            plan: "free",
            createdAt: Instant(microseconds: 1_700_000_000_000_000)
        )
        try await store.create(account)
    }

    private func rightsService(
        _ preset: PromptPolicy.Preset = .considerate,
        change: (inout RightsService.Configuration) -> Void = { _ in }
    ) throws -> RightsService {
        var configuration = RightsService.Configuration()
        change(&configuration)
        var instruments = RightsService.Instruments(
            policy: try PromptPolicy(shipped: preset),
            secret: [UInt8](repeating: 7, count: 32)
        )
        instruments.watermark = FakeWatermarking()
        instruments.classifier = FakeClassifier()
        return RightsService(
            configuration: configuration,
            instruments: instruments,
            store: store,
            files: files,
            decoder: try ImageDecoder(),
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func kinds() async throws -> [String] { try await store.ledger(after: 0, limit: 1_000).map(\.kind) }

    private func photo(fitting side: Int = 512) throws -> Raster {
        try ImageDecoder().decode(.file(Repository.photo), fitting: side)
    }

    private static let request = PaintRequest(model: "restyle", prompt: "a", photo: "", styles: [], rung: "384")

    // MARK: Prompts

    @Test("A prompt that names nobody is painted as it is, and nothing is written down")
    func passesPrompts() async throws {
        #expect(try rightsService().screen(prompt: "a lighthouse at dusk", style: "soft light") == .clear)
        #expect(try await kinds().isEmpty)
    }

    @Test("A studio's name gives way to a description, in the prompt as in the style, and both are said")
    func rewrites() throws {
        let screened = try rightsService().screen(
            prompt: "a cat, in the style of Studio Ghibli",
            style: "Studio Ghibli"
        )
        guard case .noted(let prompt, let style, let note) = screened else {
            Issue.record("\(screened)")
            return
        }
        #expect(!prompt.lowercased().contains("ghibli") && style?.lowercased().contains("ghibli") == false)
        #expect(note.askedPrompt == "a cat, in the style of Studio Ghibli" && note.askedStyle == "Studio Ghibli")
        #expect(note.changes.count == 2 && note.actions.count == 2)
    }

    @Test("The request is the same however the policy rewrites it, so a retry finds its job")
    func fingerprintsWhatWasAsked() {
        var asked = Self.request
        asked.prompt = "like Ghibli"
        var rewritten = asked
        rewritten.prompt = "like hand-painted animation"
        rewritten.rights = RightsNote(policy: "considerate", actions: ["rewrite:x"], askedPrompt: "like Ghibli")
        #expect(rewritten.fingerprint == asked.fingerprint)
        #expect(PaintRequest(json: rewritten.json) == rewritten)
    }

    @Test(
        "A refusal is a decision with an id, an entry in the ledger, and no text there; the same words, the same decision"
    )
    func refuses() async throws {
        let rightsService = try rightsService(.strict) { $0.textDays = 1 }
        let prompt = "a portrait in the style of Banksy"
        guard case .refused(let refusal) = rightsService.screen(prompt: prompt, style: nil) else {
            Issue.record("it is not refused")
            return
        }
        let id = try await rightsService.decide(refusal, for: account)
        #expect(try await rightsService.decide(refusal, for: account) == id)
        #expect(try await kinds() == ["prompt.refused"])
        let entry = try #require(try await store.ledger(after: 0, limit: 1).first)
        #expect(entry.subject == LedgerDraft.subject(ofSecret: id) && entry.actor == account.id.rawValue)
        #expect(!entry.detail.contains("portrait"))
        let text = try #require(try await store.text(ofDecision: id, at: clock.now()))
        #expect(text.text == prompt && entry.details["text_commitment"] == text.commitment)
        clock.advance(bySeconds: 86_401)
        try await rightsService.sweep()
        #expect(try await store.text(ofDecision: id, at: clock.now()) == nil)
        #expect(try await rightsService.decision(id).decision.reason == refusal.sentence)
    }

    // MARK: Opt-outs

    private static let optOut = OptOutRegistry.Request(
        kind: .artist,
        name: "Quillon Farrowmere",
        otherNames: ["クイロン"],
        scope: [.style, .name],
        evidence: "https://example.org"
    )

    @Test(
        "An opt-out counts from the operator's decision on, here and on other servers, after a restart, and until it is withdrawn"
    )
    func optsOut() async throws {
        let (here, there) = (try rightsService(), try rightsService())
        let prompt = "a harbour in the style of Quillon Farrowmere"
        let entry = try await here.request(Self.optOut, contact: "q@example.org")
        #expect(here.screen(prompt: prompt, style: nil) == .clear)
        _ = try await here.decide(optOut: entry.id, .accept, reason: "it is they", by: account)
        #expect(here.screen(prompt: prompt, style: nil) != .clear)
        #expect(there.screen(prompt: prompt, style: nil) == .clear)
        try await there.refresh()
        #expect(there.screen(prompt: prompt, style: nil) == here.screen(prompt: prompt, style: nil))
        let restarted = try rightsService()
        try await restarted.refresh()
        #expect(restarted.screen(prompt: prompt, style: nil) != .clear)
        #expect(try restarted.optOut(entry.id).decidedBy == "one")
        _ = try await restarted.withdraw(optOut: entry.id)
        try await here.refresh()
        #expect(here.screen(prompt: prompt, style: nil) == .clear)
        #expect(try await kinds() == ["opt-out.requested", "opt-out.accepted", "opt-out.withdrawn"])
        #expect(try await store.contact(ofOptOut: entry.id) == "q@example.org")
    }

    @Test("What is decided at the same time is in force on return, whoever reads the records first")
    func takesOverEverything() async throws {
        let rightsService = try rightsService()
        // Each looks for its own entry when it has been written.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { _ = try await rightsService.request(Self.optOut, contact: nil) } }
            try await group.waitForAll()
        }
        #expect(rightsService.optOuts(in: nil).count == 100)
    }

    @Test("What makes no sense is not written down")
    func refusesNonsense() async throws {
        let rightsService = try rightsService()
        await #expect(throws: RightsError.notFound("opt-out")) {
            _ = try await rightsService.decide(optOut: "out_nothing", .accept, reason: "r", by: account)
        }
        var nameless = Self.optOut
        nameless.name = "?"
        await #expect(throws: RightsError.self) { _ = try await rightsService.request(nameless, contact: nil) }
        let entry = try await rightsService.request(Self.optOut, contact: nil)
        _ = try await rightsService.withdraw(optOut: entry.id)
        await #expect(throws: RightsError.self) {
            _ = try await rightsService.decide(optOut: entry.id, .accept, reason: "r", by: account)
        }
        #expect(try await kinds() == ["opt-out.requested", "opt-out.withdrawn"])
    }

    @Test("A clock that is set back does not undo a decision")
    func survivesClocks() async throws {
        let rightsService = try rightsService()
        let entry = try await rightsService.request(Self.optOut, contact: nil)
        clock.advance(bySeconds: -3_600)
        _ = try await rightsService.decide(optOut: entry.id, .accept, reason: "r", by: account)
        let restarted = try self.rightsService()
        try await restarted.refresh()
        #expect(try restarted.optOut(entry.id).state == .accepted)
    }

    // MARK: Works

    private func register(_ rightsService: RightsService) async throws -> RegisteredWork {
        let claim = WorkRegistry.Claim(rightHolder: "Ann", title: "Harbour", evidence: "e")
        return try await rightsService.register(claim, photo(fitting: 1_024), by: account, blocking)
    }

    @Test("An upload that is a registered work is refused with title and holder, until the work is withdrawn")
    func findsWorks() async throws {
        let (rightsService, photo) = (try rightsService(), try photo())
        #expect(try rightsService.examine(upload: "digest", photo) == nil)
        let work = try await register(rightsService)
        let finding = try #require(try rightsService.examine(upload: "digest", photo))
        #expect(!finding.isForReview && finding.rule == work.id && finding.digest == "digest")
        #expect(finding.reason.contains("Harbour") && finding.reason.contains("Ann"))
        let restarted = try self.rightsService()
        try await restarted.refresh()
        #expect(try restarted.examine(upload: "digest", photo)?.rule == work.id)
        _ = try await rightsService.withdraw(work: work.id, by: account)
        #expect(try rightsService.examine(upload: "digest", photo) == nil)
        #expect(try await kinds() == ["work.registered", "work.withdrawn"])
    }

    @Test("A clock that is set back does not keep a work that was withdrawn")
    func withdrawsWorks() async throws {
        let rightsService = try rightsService()
        let work = try await register(rightsService)
        #expect(rightsService.registeredWorkCount == 1)
        clock.advance(bySeconds: -3_600)
        #expect(try await rightsService.withdraw(work: work.id, by: account).state == .withdrawn)
        #expect(rightsService.registeredWorkCount == 0)
        #expect(try rightsService.examine(upload: "digest", photo()) == nil)
    }

    @Test("Works are not compared with where that is switched off")
    func canBeSwitchedOff() async throws {
        let rightsService = try rightsService { $0.comparesWorks = false }
        _ = try await register(rightsService)
        #expect(try rightsService.examine(upload: "digest", photo()) == nil)
    }

    // MARK: Safety

    private func red(_ share: Double, side: Int = 10) -> Raster {
        let size = PixelSize(width: side, height: side)
        let count = Int((share * Double(size.area)).rounded())
        return Raster(
            size: size,
            channels: 3,
            bytes: (0..<size.area).flatMap { $0 < count ? [255, 0, 0] : [9, 9, 9] as [UInt8] }
        )
    }

    @Test(
        "What is likely not for everybody is refused, what may be is held, as configured",
        arguments: [
            (0.4, .refuse, nil), (0.7, .refuse, true), (0.9, .refuse, false), (0.7, .review, true),
            (0.9, .review, true),
            (1.0, .off, nil),
        ] as [(Double, SafetyPolicy.Mode, Bool?)]
    )
    func judges(score: Double, mode: SafetyPolicy.Mode, isForReview: Bool?) throws {
        let rightsService = try rightsService { $0.safety = SafetyPolicy(mode: mode, thresholds: .standard) }
        #expect(try rightsService.examine(output: red(score))?.isForReview == isForReview)
    }

    // MARK: Decisions and appeals

    private func hold(_ rightsService: RightsService) async throws -> String {
        let finding = try #require(try rightsService.examine(upload: Digest.hexadecimal(of: [1]), red(0.7)))
        let failure = try await rightsService.decide(finding, job: JobID(rawValue: "job_1"), account: account.id)
        #expect(failure.code == "held_for_review")
        return try #require(failure.decision)
    }

    @Test("An upload that an operator releases is not held again, also after a restart")
    func reviews() async throws {
        let rightsService = try rightsService()
        let id = try await hold(rightsService)
        #expect(try await rightsService.decision(id).decision.state == .held)
        #expect(
            try await rightsService.review(id, releases: true, reason: "fine", by: account).decision.state == .released
        )
        let restarted = try self.rightsService()
        try await restarted.refresh()
        for rightsService in [rightsService, restarted] {
            #expect(try rightsService.examine(upload: Digest.hexadecimal(of: [1]), red(0.7)) == nil)
        }
        await #expect(throws: RightsError.self) {
            _ = try await rightsService.review(id, releases: false, reason: "again", by: account)
        }
        #expect(try await kinds() == ["upload.held", "review.released"])
    }

    @Test("A decision is appealed once, answered once, and taken back when the appeal is right")
    func appeals() async throws {
        let rightsService = try rightsService()
        let id = try await hold(rightsService)
        #expect(try await rightsService.appeal(id, text: "it is a sunset", contact: nil).appeal?.state == .open)
        let again = await #expect(throws: RightsError.self) {
            _ = try await rightsService.appeal(id, text: "again", contact: nil)
        }
        guard case .notPossible(code: "already_appealed", _) = again else {
            Issue.record("\(String(describing: again))")
            return
        }
        let answered = try await rightsService.answer(appeal: id, overturns: true, reason: "so it is", by: account)
        #expect(answered.appeal?.state == .overturned && answered.appeal?.answer == "so it is")
        #expect(answered.decision.state == .overturned)
        #expect(try rightsService.examine(upload: Digest.hexadecimal(of: [1]), red(0.7)) == nil)
        await #expect(throws: RightsError.self) {
            _ = try await rightsService.answer(appeal: id, overturns: false, reason: "no", by: account)
        }
        #expect(try await kinds() == ["upload.held", "appeal.filed", "appeal.overturned"])
    }

    // MARK: Takedowns

    private func made(_ marks: [UInt64?], job: String = "job_1") async throws -> [PictureRecord] {
        let record = JobRecord(
            id: JobID(rawValue: job),
            account: account.id,
            createdAt: clock.now(),
            expiresAt: clock.now().advanced(bySeconds: 100),
            fingerprint: job,
            idempotencyKey: nil,
            request: "{}",
            inputs: [],
            rung: "384"
        )
        _ = try await store.accept(record, recently: nil)
        let bytes = try photo().encoded(as: ImageEncoding(format: .png))
        let pictures = try marks.enumerated().map { index, mark in
            PictureRecord(
                // Files after the end of the picture: each its own digest.
                digest: try files.write(bytes + [UInt8(index)]),
                format: "png",
                width: 1,
                height: 1,
                revisedPrompt: "",
                mark: mark
            )
        }
        _ = try await store.settle(
            record.id,
            .completed(pictures),
            Settlement(model: "restyle"),
            at: clock.now(),
            expiresAt: record.expiresAt
        )
        return pictures
    }

    @Test("A takedown reaches every file of the picture, registers it, survives a restart, and is undone by an appeal")
    func takesDown() async throws {
        let rightsService = try rightsService()
        let pictures = try await made([5, 5, 6])
        let takedown = try await rightsService.takeDown(
            .job(JobID(rawValue: "job_1"), picture: 0),
            reason: "a copy of Harbour",
            rightHolder: "Ann",
            registers: true,
            by: account,
            blocking
        )
        #expect(takedown.pictures == 2)
        let restarted = try self.rightsService()
        try await restarted.refresh()
        for rightsService in [rightsService, restarted] {
            #expect(
                pictures.map { rightsService.takedown(of: $0.digest) } == [takedown.decision, takedown.decision, nil]
            )
            #expect(try rightsService.examine(output: photo())?.rule == takedown.work)
        }
        _ = try await rightsService.appeal(takedown.decision, text: "it is mine", contact: nil)
        _ = try await rightsService.answer(appeal: takedown.decision, overturns: true, reason: "it is", by: account)
        #expect(pictures.allSatisfy { rightsService.takedown(of: $0.digest) == nil })
        #expect(try rightsService.examine(output: photo()) == nil)
        #expect(
            try await kinds()
                == ["takedown", "work.registered", "appeal.filed", "appeal.overturned", "work.withdrawn"]
        )
    }

    @Test("What is not here cannot be taken down")
    func findsNothing() async throws {
        let rightsService = try rightsService()
        for target in [.file(digest: Digest.hexadecimal(of: [9])), .share("x"), .mark(9)] as [RightsService.Target] {
            await #expect(throws: RightsError.notFound("picture")) {
                _ = try await rightsService.takeDown(
                    target,
                    reason: "r",
                    rightHolder: nil,
                    registers: false,
                    by: account,
                    blocking
                )
            }
        }
    }

    // MARK: What a picture says of itself

    @Test("The same picture has the same mark, another one another, and the mark finds our note of it")
    func marks() async throws {
        let rightsService = try rightsService()
        let (photo, other) = (try photo(fitting: 64), try photo(fitting: 65))
        let first = try rightsService.finish(photo, of: Self.request)
        #expect(try rightsService.finish(photo, of: Self.request).bytes == first.bytes)
        #expect(try rightsService.finish(other, of: Self.request).mark != first.mark)
        let mark = try #require(first.mark)
        _ = try await made([mark])
        let digest = try files.write(first.bytes)
        let found = try await rightsService.verify(path: files.path(of: digest), digest: digest, blocking)
        #expect(found.mark == mark && found.marked?.model == "restyle" && found.made == nil)
        #expect(found.isMadeHere && found.isAltered == true)
    }

    @Test(
        "A file that is no picture is said to be none",
        arguments: [[], [1, 2, 3], Array("<svg/>".utf8)] as [[UInt8]]
    )
    func refusesFiles(bytes: [UInt8]) async throws {
        let digest = try files.write(bytes)
        await #expect(throws: RightsError.self) {
            _ = try await rightsService().verify(path: files.path(of: digest), digest: digest, blocking)
        }
    }

    // MARK: With the service

    @Test("A job whose pictures are not passed on fails with the decision, once for all its pictures")
    func fails() async throws {
        let rightsService = try rightsService()
        let painter = FakePainter()
        painter.fail(with: .blocked(try #require(try rightsService.examine(upload: "d", red(1)))))
        var configuration = JobService.Configuration()
        configuration.plans = [Plan(name: "free")]
        let service = JobService(
            store: store,
            files: files,
            painter: painter,
            catalogue: try ModelCatalogue(folder: Repository.models),
            rights: rightsService,
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var request = Self.request
        request.photo = Digest.hexadecimal(of: [1])
        request.isDetached = true
        request.styles = (0..<3).map { .learned(index: $0, revisedPrompt: "s") }
        request.rights = RightsNote(policy: "considerate", actions: ["rewrite:x"], changes: ["A was replaced by B."])
        let job = try await service.submit(request, account: account, idempotencyKey: nil).snapshot
        try await running(service) {
            let done = try await end(of: job, in: service)
            #expect(done.record.status == .failed)
            #expect(done.record.failure?.code == "moderation_blocked")
            let decision = try #require(done.record.failure?.decision)
            #expect(try await rightsService.decision(decision).decision.job == job.record.id)
        }
        #expect(try await kinds() == ["prompt.rewritten", "upload.refused"])
    }
}
