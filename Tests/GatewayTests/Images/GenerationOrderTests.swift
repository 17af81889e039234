import Imaging
import Inference
import Logging
import PromptPolicy
import Records
import Service
import StrictJSON
import SurgeCore
import TestKit
import Testing

@testable import Gateway

/// Fields of a generation, for a model that works step by step, for the null model, and for none.
@Suite("An order for pictures from words")
struct GenerationOrderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FlowFolder.write(to: folder.path)
    }

    private func order(nullSeconds: Double? = nil) throws -> GenerationOrder {
        let rights = RightsService(
            configuration: RightsService.Configuration(),
            instruments: RightsService.Instruments(policy: try PromptPolicy(shipped: .considerate), secret: []),
            store: try SQLiteStore(path: folder.path + "/heatsink.sqlite"),
            files: try FileStore(folder: folder.path + "/files"),
            decoder: try ImageDecoder(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return GenerationOrder(
            catalogue: try ModelCatalogue(folder: folder.path, nullSeconds: nullSeconds),
            prompts: PromptScreening(rights: rights, clock: ManualClock())
        )
    }

    private let account = Account(
        id: AccountID(rawValue: "acct"),
        name: "",
        plan: "free",
        createdAt: Instant(microseconds: 0)
    )

    private func parse(_ values: [String: JSONValue], isDetached: Bool = false) async throws -> PaintRequest {
        let fields = FieldSet(values: ["prompt": .string("a hill")].merging(values) { $1 }, isForm: false)
        return try await order().parse(fields, for: account, isDetached: isDetached).request
    }

    @Test("Everything that decides the picture is in the request")
    func understands() async throws {
        let request = try await parse([
            "n": .integer(3), "size": .string("512x256"), "quality": .string("low"), "seed": .integer(7),
            "output_format": .string("webp"), "output_compression": .integer(60), "style": .string("vivid"),
            "response_format": .string("url"), "user": .string("u"),
        ])
        #expect(request.model == FlowFolder.model)
        #expect(request.styles == [.prompt, .prompt, .prompt])
        #expect(request.outputSize == PixelSize(width: 512, height: 256))
        #expect(request.rung == "low")
        #expect(request.seed == PaintRequest.Seed(chosen: 7))
        #expect(request.encoding == ImageEncoding(format: .webp, quality: 60))
        #expect(request.style == "vivid")
        #expect(request.wantsLinks)
        #expect(request.photo.isEmpty && request.strength == nil)
        #expect(request.inputs.isEmpty)
    }

    @Test("A seed that was not named is drawn anew each time, and kept")
    func drawsSeeds() async throws {
        var seeds: [PaintRequest.Seed] = []
        for _ in 0..<10 { seeds.append(try #require(try await parse([:]).seed)) }
        #expect(Set(seeds.map(\.value)).count == 10)
        #expect(seeds.allSatisfy { !$0.isChosen && $0.value <= PaintRequest.Seed.largest })
    }

    @Test(
        "What is wrong is said of the field",
        arguments: [
            ("seed", .integer(-2)), ("seed", .integer(9_007_199_254_740_993)), ("seed", .string("7")),
            ("seed", .number(0.5)), ("strength", .number(0.5)), ("n", .integer(11)), ("size", .string("17x17")),
            ("quality", .string("xhigh")), ("partial_images", .integer(2)), ("style", .integer(1)),
        ] as [(String, JSONValue)]
    )
    func refuses(name: String, value: JSONValue) async throws {
        let error = await #expect(throws: APIError.self) { try await parse([name: value]) }
        #expect(error?.parameter == name)
        #expect(error?.kind == .invalidRequest)
    }

    @Test("A seed of -1 is any seed, as if none were named")
    func anySeed() async throws {
        let first = try await parse(["seed": .integer(-1)]).seed
        let second = try await parse(["seed": .integer(-1)]).seed
        #expect(first != nil && second != nil && first != second)
    }

    @Test(
        "Every text that is kept or screened has a limit, and what is longer is refused by its name at once",
        arguments: [("prompt", 32_000), ("style", 4_000), ("user", 512), ("safety_identifier", 512)]
    )
    func limitsTexts(name: String, limit: Int) async throws {
        _ = try await parse([name: .string(String(repeating: "\u{1F3A8}", count: limit))])
        for text in [String(repeating: "a", count: limit + 1), String(repeating: "ab ", count: 7_000_000)] {
            let error = await #expect(throws: APIError.self) { try await parse([name: .string(text)]) }
            #expect(error?.parameter == name)
            #expect(error?.message.contains("\(limit)") == true)
        }
    }

    @Test(
        "A size is two whole numbers, written as such",
        arguments: [
            "+1024x1024", "1024x+1024", "01024x1024", " 1024x1024", "1024 x1024", "1024x1024\n", "1024.0x1024",
            "1e3x16",
            "\u{FF11}024x1024", "1024x", "x", "1024X1024", "-512x-512",
            String(repeating: "9", count: 1_000_000) + "x16",
        ]
    )
    func sloppySizes(size: String) async throws {
        let error = await #expect(throws: APIError.self) { try await parse(["size": .string(size)]) }
        #expect(error?.parameter == "size")
    }

    @Test("Partial images go with a stream, or with a client that comes back")
    func takesPartials() async throws {
        #expect(try await parse(["partial_images": .integer(3), "stream": .boolean(true)]).partialImages == 3)
        #expect(try await parse(["partial_images": .integer(3)], isDetached: true).partialImages == 3)
    }

    @Test("The null model is the default where it is switched on, and shows nothing on its way")
    func prefersNull() async throws {
        #expect(try order().defaultModel == FlowFolder.model)
        let order = try order(nullSeconds: 0)
        #expect(order.defaultModel == ModelCatalogue.nullModel)
        let fields = FieldSet(
            values: ["prompt": .string("a"), "stream": .boolean(true), "partial_images": .integer(1)],
            isForm: false
        )
        let error = await #expect(throws: APIError.self) {
            try await order.parse(fields, for: account, isDetached: false)
        }
        #expect(error?.parameter == "partial_images")
    }

    @Test("A model that does not paint from text is answered with those that do")
    func namesModels() async throws {
        let error = await #expect(throws: APIError.self) { try await parse(["model": .string("restyle")]) }
        #expect(error?.code == "model_not_found")
        #expect(error?.message.contains(FlowFolder.model) == true)
    }
}
