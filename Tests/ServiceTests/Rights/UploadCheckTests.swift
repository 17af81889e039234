import Imaging
import Inference
import Logging
import PromptPolicy
import Records
import SurgeCore
import Synchronization
import TestKit
import Testing
import WorkRegistry

@testable import Service

/// Uploads that show something else when they are cut to the requested size than they show as a whole, with the real
/// fingerprints and networks.
@Suite("Checks of uploads")
struct UploadCheckTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let files: FileStore
    private let rightsService: RightsService
    private let decoder: ImageDecoder
    private let blocking = BlockingWork(width: 2)
    private let account = Account(
        id: AccountID(rawValue: "acct_1"),
        name: "one",
        plan: "free",
        createdAt: Instant(microseconds: 1_700_000_000_000_000)
    )

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        files = try FileStore(folder: folder.path + "/files")
        decoder = try ImageDecoder()
        try await store.create(account)
        rightsService = try Self.rightsService(store, files, decoder)
    }

    private static func rightsService(
        _ store: SQLiteStore,
        _ files: FileStore,
        _ decoder: ImageDecoder
    ) throws -> RightsService {
        var instruments = RightsService.Instruments(
            policy: try PromptPolicy(shipped: .considerate),
            secret: [UInt8](repeating: 7, count: 32)
        )
        instruments.classifier = FakeClassifier()
        return RightsService(
            configuration: RightsService.Configuration(),
            instruments: instruments,
            store: store,
            files: files,
            decoder: decoder,
            clock: ManualClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    // MARK: Pictures

    private static let height = 320
    private static let square = PixelSize(width: 512, height: 512)

    /// Three squares beside each other.
    private static func triptych(_ left: Raster, _ middle: Raster, _ right: Raster) -> Raster {
        let parts = [left, middle, right]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(height * height * 9)
        for row in 0..<height {
            for part in parts { bytes += part.bytes[row * height * 3..<(row + 1) * height * 3] }
        }
        return Raster(size: PixelSize(width: height * 3, height: height), channels: 3, bytes: bytes)
    }

    private static func plain(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Raster {
        let pixels = (0..<height * height).flatMap { _ in [red, green, blue] }
        return Raster(size: PixelSize(width: height, height: height), channels: 3, bytes: pixels)
    }

    /// A part of the photo, from this share of its width on.
    private func photo(from share: Double) throws -> Raster {
        let whole = try decoder.decode(.file(Repository.photo), fitting: 1_024)
        let left = Int(Double(whole.size.width - Self.height) * share)
        var bytes: [UInt8] = []
        for row in 0..<Self.height {
            let start = ((row + 64) * whole.size.width + left) * 3
            bytes += whole.bytes[start..<start + Self.height * 3]
        }
        return Raster(size: PixelSize(width: Self.height, height: Self.height), channels: 3, bytes: bytes)
    }

    private func keep(_ picture: Raster) throws -> String {
        try files.write(picture.encoded(as: ImageEncoding(format: .png)))
    }

    /// A work whose middle shows nothing, so that what is left of it in a square is no work.
    private func registerWork() async throws -> (work: RegisteredWork, digest: String) {
        let picture = Self.triptych(try photo(from: 0), Self.plain(120, 120, 120), try photo(from: 1))
        let claim = WorkRegistry.Claim(rightHolder: "Ann", title: "Two wings", evidence: "e")
        let work = try await rightsService.register(claim, picture, by: account, blocking)
        return (work, try keep(picture))
    }

    // MARK: Painters

    private func restylePainter() async throws -> RestylePainter {
        let entry = try ModelCatalogue(folder: Repository.models).entry("restyle")
        let model = try await RestyleModel(entry: entry, runtime: OpenVINORuntime())
        return RestylePainter(
            models: [model],
            decoder: decoder,
            files: files,
            blocking: blocking,
            rights: rightsService
        )
    }

    private func flowPainter() async throws -> (FlowPainter, Rung) {
        let folder = Repository.root + "/Tests/InferenceTests/Fixtures"
        let entry = try ModelCatalogue(folder: folder).entry("meadow-tiny")
        let model = try await FlowModel(entry, runtime: OpenVINORuntime())
        let rung = try #require(entry.ladder.rungs.first)
        return (
            FlowPainter(models: [model], decoder: decoder, files: files, blocking: blocking, rights: rightsService),
            rung
        )
    }

    private static let rung = "384"

    private func edit(_ photo: String, style: String? = nil, size: PixelSize?) -> PaintRequest {
        PaintRequest(
            model: "restyle",
            prompt: "a",
            photo: photo,
            stylePicture: style,
            styles: [
                style == nil ? .learned(index: 0, revisedPrompt: "") : .picture(strength: 1, revisedPrompt: "")
            ],
            outputSize: size,
            encoding: ImageEncoding(format: .jpeg),
            rung: Self.rung
        )
    }

    /// Why a picture is refused or held; nil: it is clear.
    private func finding(_ restylePainter: RestylePainter, _ request: PaintRequest) async throws -> RightsFinding? {
        let entry = try ModelCatalogue(folder: Repository.models).entry("restyle")
        let rung = try #require(entry.ladder.rung(named: Self.rung))
        do {
            _ = try await restylePainter.paint(request, task: 0, rung: rung) { _ in }
            return nil
        } catch {
            guard case .blocked(let finding) = error else { throw error }
            return finding
        }
    }

    // MARK: Tests

    private static let orders: [[PixelSize?]] = [
        [square, nil, PixelSize(width: 320, height: 512)], [nil, square], [PixelSize(width: 320, height: 512), square],
    ]

    @Test("A work is refused at every size, in whichever order they are asked for", arguments: orders)
    func refusesWorks(sizes: [PixelSize?]) async throws {
        let (work, digest) = try await registerWork()
        let restylePainter = try await restylePainter()
        for size in sizes {
            #expect(
                try await finding(restylePainter, edit(digest, size: size))?.rule == work.id,
                "\(String(describing: size))"
            )
        }
    }

    @Test("A work is no style picture either, whatever its cut was seen as before")
    func refusesStylePictures() async throws {
        let (work, digest) = try await registerWork()
        let restylePainter = try await restylePainter()
        let photo = try keep(try photo(from: 0.5))
        // The photo's own way first: whatever is remembered of it must not help it as a style.
        _ = try await finding(restylePainter, edit(digest, size: Self.square))
        for size in [Self.square, nil] {
            let found = try await finding(restylePainter, edit(photo, style: digest, size: size))
            #expect(found?.rule == work.id && found?.digest == digest)
        }
    }

    @Test("A style picture is looked at as a whole and as the square that the style is read from")
    func looksAtTheStyleSquare() async throws {
        let (red, plain) = (Self.plain(255, 0, 0), Self.plain(9, 9, 9))
        let photo = try keep(try photo(from: 0.5))
        let restylePainter = try await restylePainter()
        // Red is a third of the whole, which is clear, and all of the square.
        let style = try keep(Self.triptych(plain, red, plain))
        let found = try await finding(restylePainter, edit(photo, style: style, size: nil))
        #expect(found?.digest == style)
        let harmless = try keep(Self.triptych(plain, plain, plain))
        #expect(try await finding(restylePainter, edit(photo, style: harmless, size: nil)) == nil)
    }

    @Test("A model that paints from words begins with no work, at any size", arguments: orders)
    func refusesStarts(sizes: [PixelSize?]) async throws {
        let (work, digest) = try await registerWork()
        let (flowPainter, rung) = try await flowPainter()
        for size in sizes {
            let request = PaintRequest(
                model: "meadow-tiny",
                prompt: "a hill",
                photo: digest,
                styles: [.prompt],
                outputSize: size,
                rung: rung.name,
                strength: 0.5
            )
            let error = await #expect(throws: PaintError.self) {
                _ = try await flowPainter.begin(request, task: 0, rung: rung)
            }
            guard case .blocked(let finding) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(finding.rule == work.id)
        }
    }

    @Test(
        "What the safety check would hold is held at every size: in the margins and between them",
        arguments: [true, false]
    )
    func judges(isInMargins: Bool) async throws {
        let (red, plain) = (Self.plain(255, 0, 0), Self.plain(9, 9, 9))
        // A red middle alone is a third of the whole, which is clear; cut to a square nothing else is left.
        let picture = isInMargins ? Self.triptych(red, plain, red) : Self.triptych(plain, red, plain)
        let digest = try keep(picture)
        let restylePainter = try await restylePainter()
        for size in [Self.square, nil, Self.square] {
            let found = try await finding(restylePainter, edit(digest, size: size))
            #expect((found != nil) == (isInMargins || size != nil), "\(String(describing: size))")
        }
    }

    @Test("A clear upload is looked at once for all sizes of one shape, and again when a work comes")
    func remembers() async throws {
        let digest = try keep(try photo(from: 0.5))
        let checks = try rightsService.checks(of: digest, cutTo: nil)
        #expect(checks == (try rightsService.checks(of: digest, cutTo: PixelSize(width: 1_024, height: 1_024))))
        #expect(try rightsService.examine(checks[0], decoded: nil) == nil)
        let remembered = {
            rightsService.state.withLock { $0.clear[RightsService.State.Seen(digest: digest, view: .whole)] }
        }
        #expect(remembered() != nil)
        _ = try await registerWork()
        #expect(remembered() == nil)
        #expect(try rightsService.checks(of: digest, cutTo: nil) != checks)
    }

    @Test("The middle is looked at where more than a tenth is cut off; sizes of one shape are one view")
    func views() {
        let whole = PixelSize(width: 1_200, height: 900)
        #expect(UploadView.all(of: whole, cutTo: nil) == [.whole])
        #expect(UploadView.all(of: whole, cutTo: PixelSize(width: 1_024, height: 768)) == [.whole])
        #expect(UploadView.all(of: whole, cutTo: PixelSize(width: 1_024, height: 720)) == [.whole])
        let square = [UploadView.whole, .middle(PixelSize(width: 1, height: 1))]
        #expect(UploadView.all(of: whole, cutTo: PixelSize(width: 512, height: 512)) == square)
        #expect(UploadView.all(of: whole, cutTo: PixelSize(width: 1_024, height: 1_024)) == square)
        let strip = UploadView.lookedAt(PixelSize(width: 99_999, height: 1_000))
        #expect(strip.longerSide <= 2_048 && strip.height >= 1)
        #expect(UploadView.lookedAt(PixelSize(width: 4_000, height: 3_000)) == PixelSize(width: 683, height: 512))
    }

    @Test("A refusal that was taken back is not made again of the same file, nor of what is painted from it")
    func keepsToAppeals() async throws {
        let picture = try photo(from: 0.5)
        let digest = try keep(picture)
        let claim = WorkRegistry.Claim(rightHolder: "Ann", title: "Harbour", evidence: "e")
        let work = try await rightsService.register(claim, picture, by: account, blocking)
        let check = try #require(try rightsService.checks(of: digest, cutTo: nil).first)
        let finding = try #require(try rightsService.examine(check, decoded: nil))
        #expect(finding.rule == work.id)
        #expect(try rightsService.examine(output: picture, showing: digest)?.rule == work.id)
        try await overturn(finding)
        let later = try #require(try rightsService.checks(of: digest, cutTo: nil).first)
        // Nobody waits for a look that began before.
        #expect(later != check)
        #expect(try rightsService.examine(later, decoded: nil) == nil)
        #expect(try rightsService.examine(output: picture, showing: digest) == nil)
        // What is painted from words, or from another file, was never looked at by anybody.
        #expect(try rightsService.examine(output: picture)?.rule == work.id)
        #expect(try rightsService.examine(output: picture, showing: "another")?.rule == work.id)
    }

    @Test("A refusal of what was painted from a file is not made again when it was taken back")
    func keepsToAppealsOfOutputs() async throws {
        let picture = try photo(from: 0.5)
        let digest = try keep(picture)
        let claim = WorkRegistry.Claim(rightHolder: "Ann", title: "Harbour", evidence: "e")
        _ = try await rightsService.register(claim, picture, by: account, blocking)
        let finding = try #require(try rightsService.examine(output: picture, showing: digest))
        #expect(finding.place == .output && finding.digest == digest)
        try await overturn(finding)
        #expect(try rightsService.examine(output: picture, showing: digest) == nil)
        let restarted = try Self.rightsService(store, files, decoder)
        try await restarted.refresh()
        #expect(try restarted.examine(output: picture, showing: digest) == nil)
    }

    private func overturn(_ finding: RightsFinding) async throws {
        let failure = try await rightsService.decide(finding, job: JobID(rawValue: "job_1"), account: account.id)
        let id = try #require(failure.decision)
        _ = try await rightsService.appeal(id, text: "it is mine", contact: nil)
        _ = try await rightsService.answer(appeal: id, overturns: true, reason: "so it is", by: account)
    }

    @Test("An upload that was released is refused all the same when a work is registered after that")
    func forgetsReleases() async throws {
        let picture = try photo(from: 0.5)
        let red = Self.plain(255, 0, 0)
        let digest = try keep(picture)
        // Refused by the safety check, and released by a person.
        let refused = try #require(try rightsService.examine(upload: digest, red))
        let decision = try await rightsService.decide(refused, job: JobID(rawValue: "job_1"), account: account.id)
        let id = try #require(decision.decision)
        _ = try await rightsService.appeal(id, text: "it is a sunset", contact: nil)
        _ = try await rightsService.answer(appeal: id, overturns: true, reason: "so it is", by: account)
        #expect(try rightsService.examine(upload: digest, red) == nil)
        let claim = WorkRegistry.Claim(rightHolder: "Ann", title: "Later", evidence: "e")
        let work = try await rightsService.register(claim, picture, by: account, blocking)
        let check = try #require(try rightsService.checks(of: digest, cutTo: nil).first)
        #expect(try rightsService.examine(check, decoded: nil)?.rule == work.id)
    }
}
