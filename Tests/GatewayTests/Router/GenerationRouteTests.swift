internal import Foundation
internal import Records
internal import SurgeCore
internal import TestKit
internal import Testing

@testable import Gateway

/// `POST /v1/images/generations`: pictures from words, what is refused, and the ways to wait.
@Suite("Routes: generations")
struct GenerationRouteTests {
    @Test("A picture comes back in base64, with what it is and what was made of the prompt")
    func paints() async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", #""seed": 7"#)
            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "application/json")
            #expect(answer["created"] == 1_700_000_000)
            #expect(answer["data"].items.count == 1)
            let picture = try #require(answer["data.0.b64_json"].string.flatMap { Data(base64Encoded: $0) })
            #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(answer["data.0.url"] == .missing)
            #expect(answer["data.0.revised_prompt"] == "a hill 0 seed 7")
            #expect(answer.mismatches(["background": "opaque", "output_format": "png"]) == [])
            #expect(answer.mismatches(["quality": "high", "size": "64x64"]) == [])
            // A quarter of six bytes, rounded up; two by two tiles of 32 pixels.
            #expect(answer.mismatches(["usage.input_tokens": 2, "usage.input_tokens_details.text_tokens": 2]) == [])
            #expect(answer["usage.input_tokens_details.image_tokens"] == 0)
            #expect(answer.mismatches(["usage.output_tokens": 4, "usage.total_tokens": 6]) == [])
        }
    }

    @Test("Several pictures of one request are different ones")
    func paintsSeveral() async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", #""n": 3"#)
            let pictures = answer["data"].items.compactMap { $0["b64_json"].string }
            #expect(Set(pictures).count == 3)
            #expect(answer["usage.output_tokens"] == 12)
        }
    }

    @Test("A link works without a key for 60 minutes, and not when it was changed")
    func links() async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", #""response_format": "url", "seed": 7"#)
            #expect(answer["data.0.b64_json"] == .missing)
            let url = try #require(answer["data.0.url"].string)
            #expect(url.hasPrefix("http://localhost/pictures/"))
            let path = String(url.dropFirst("http://localhost".count))
            let picture = try await client.get(path, as: .nobody)
            #expect(picture.status == 200 && picture.header("content-type") == "image/png")
            #expect(picture.header("x-content-type-options") == "nosniff")
            let inline = try await client.generate("a hill", #""seed": 7"#)
            let bytes = try #require(inline["data.0.b64_json"].string.flatMap { Data(base64Encoded: $0) })
            #expect(picture.bytes == Array(bytes))
            let changed = path.replacing("signature=", with: "signature=A")
            #expect(try await client.get(changed, as: .nobody).code == "invalid_link")
            client.fixture.clock.advance(bySeconds: 3_601)
            let late = try await client.get(path, as: .nobody)
            #expect(late.status == 403 && late.code == "invalid_link")
        }
    }

    /// A format, how its files begin, and a compression.
    private static let formatTable: [(String, [UInt8], Int?)] = [
        ("png", [0x89, 0x50, 0x4E, 0x47], nil),
        ("png", [0x89, 0x50, 0x4E, 0x47], 100),
        ("jpeg", [0xFF, 0xD8, 0xFF], nil),
        ("jpeg", [0xFF, 0xD8, 0xFF], 0),
        ("webp", [0x52, 0x49, 0x46, 0x46], nil),
        ("webp", [0x52, 0x49, 0x46, 0x46], 70),
    ]

    @Test("A picture comes in the format asked for", arguments: formatTable)
    func formats(format: String, beginning: [UInt8], compression: Int?) async throws {
        try await RouterFixture().run { client async throws in
            let more = compression.map { ", \"output_compression\": \($0)" } ?? ""
            let answer = try await client.generate("a hill", "\"output_format\": \"\(format)\"\(more)")
            #expect(answer.status == 200 && answer["output_format"] == .text(format))
            let picture = try #require(answer["data.0.b64_json"].string.flatMap { Data(base64Encoded: $0) })
            #expect(picture.starts(with: beginning))
        }
    }

    @Test("A size is kept to", arguments: ["256x256", "512x256", "48x16", "16x48"])
    func sizes(size: String) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", "\"size\": \"\(size)\"")
            #expect(answer.status == 200 && answer["size"] == .text(size))
        }
    }

    // MARK: Refusals

    private static func text(_ count: Int) -> String { String(repeating: "x", count: count) }

    private static let limits: [(String, String)] = [
        ("prompt", #"{"prompt": ""}"#),
        ("prompt", #"{"prompt": 5}"#),
        ("prompt", #"{"prompt": null}"#),
        ("prompt", #"{"prompt": "\#(text(32_001))"}"#),
    ]

    /// The field at fault, and a value that is refused.
    private static let refused: [(String, String)] = [
        ("n", "0"), ("n", "11"), ("n", "1.5"), ("n", #""2""#), ("n", "true"),
        ("size", #""512""#), ("size", #""100x100""#), ("size", #""512x2048""#), ("size", #""4096x2048""#),
        ("size", #""-16x16""#), ("size", #""+512x512""#), ("size", "512"),
        ("quality", #""best""#), ("quality", #""xhigh""#), ("quality", "1"),
        ("output_format", #""gif""#), ("output_format", #""PNG""#),
        ("output_compression", "101"), ("output_compression", "-1"), ("output_compression", "50"),
        ("response_format", #""link""#), ("background", #""transparent""#), ("background", #""red""#),
        ("input_fidelity", #""medium""#), ("moderation", #""high""#), ("stream", #""yes""#),
        ("partial_images", "4"), ("partial_images", "-1"), ("partial_images", "1"),
        ("seed", "-2"), ("seed", "9007199254740993"), ("seed", #""7""#),
        ("style", #""\#(text(4_001))""#), ("user", #""\#(text(513))""#),
        ("safety_identifier", #""\#(text(513))""#),
        ("strength", "0.5"), ("mask", #"{"image_url": "data:image/png;base64,AA=="}"#), ("image", #""x""#),
        ("images", #"[{"image_url": "data:image/png;base64,AA=="}]"#),
    ]

    @Test("A prompt has 1 to 32,000 characters", arguments: limits)
    func prompts(field: String, body: String) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.post("/v1/images/generations", json: body)
            #expect(answer.status == 400 && answer.parameter == field)
            let longest = String(repeating: "é", count: 32_000)
            #expect(try await client.generate(longest).status == 200)
        }
    }

    @Test("A value that is not accepted is a 400 that names its field and says what is", arguments: refused)
    func refuses(field: String, value: String) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", "\"\(field)\": \(value)")
            #expect(answer.status == 400)
            #expect(answer.parameter == field)
            #expect(answer["error.type"] == "invalid_request_error")
            #expect(answer["error.message"].string?.contains(field) == true)
            #expect(try await client.get("/v1/jobs")["data"].items.isEmpty)
        }
    }

    @Test("What only changes the picture's standing is accepted, and null counts as left out")
    func tolerates() async throws {
        let fields = #"""
            "moderation": "low", "user": "u", "safety_identifier": "s", "style": "soft light", "background": "opaque",
            "input_fidelity": "low", "mask": null, "images": [], "quality": null, "n": null, "size": "auto", "seed": -1
            """#
        try await RouterFixture().run { client async throws in
            #expect(try await client.generate("a hill", fields).status == 200)
        }
    }

    @Test("A model that is not here, or does not paint from text, is a 404 that names what is")
    func models() async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", #""model": "restyle""#)
            #expect(answer.error == "404 model_not_found model")
            #expect(answer["error.message"].string?.contains(FlowFolder.model) == true)
        }
    }

    // MARK: Idempotency

    @Test("The same key with the same request is the same job; with another request it is refused")
    func replays() async throws {
        try await RouterFixture().run { client async throws in
            let headers = ["idempotency-key": "once"]
            let first = try await client.generate("a hill", headers: headers)
            let again = try await client.generate("a hill", headers: headers)
            #expect(first.status == 200 && again.status == 200)
            #expect(first.header("heatsink-job") == again.header("heatsink-job"))
            #expect(first["data"] == again["data"])
            #expect(client.fixture.steps.finished.count == 1)
            let other = try await client.generate("a lake", headers: headers)
            #expect(other.status == 422 && other.code == "idempotency_key_reused")
            // Keys belong to accounts.
            let stranger = try await client.generate("a hill", as: .stranger, headers: headers)
            #expect(stranger.status == 200)
            #expect(stranger.header("heatsink-job") != first.header("heatsink-job"))
        }
    }

    @Test("Without a key, the same request finds its job while that is waiting or running")
    func joins() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let first = try await client.begin("a hill")
            #expect(try await client.begin("a hill") == first)
            #expect(try await client.begin("a lake") != first)
            #expect(try await client.begin("a hill", as: .stranger) != first)
        }
    }

    @Test(
        "An idempotency key has 1 to 255 visible characters",
        arguments: [String(repeating: "k", count: 256), "two words", "ключ"]
    )
    func refusesKeys(key: String) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", headers: ["idempotency-key": key])
            #expect(answer.status == 400)
            let longest = String(repeating: "k", count: 255)
            #expect(try await client.generate("a hill", headers: ["idempotency-key": longest]).status == 200)
        }
    }

    // MARK: Waiting

    @Test("Prefer: respond-async gets the job at once")
    func respondsAsync() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let answer = try await client.generate("a hill", headers: ["prefer": "respond-async"])
            #expect(answer.status == 202)
            let id = try #require(answer["id"].string)
            #expect(answer.header("location") == "/v1/jobs/\(id)")
            #expect(answer.header("preference-applied") == "respond-async")
            #expect(answer.mismatches(["object": "job", "result": .null]) == [])
            #expect(["queued", "running"].contains(answer["status"].string))
            client.fixture.steps.allow(.max)
            try await eventually { try await client.get("/v1/jobs/\(id)")["status"] == "completed" }
        }
    }

    @Test("Prefer: wait gets the picture when it is ready in time, and else the job")
    func waits() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let job = try await client.generate("a hill", headers: ["prefer": "wait=0"])
            #expect(job.status == 202 && job.header("preference-applied") == "wait=0")
            client.fixture.steps.allow(.max)
            let picture = try await client.generate("a hill", headers: ["prefer": "wait=60"])
            #expect(picture.status == 200 && picture["data"].items.count == 1)
            #expect(picture.header("heatsink-job") == job["id"].string)
        }
    }

    @Test(
        "Prefer: wait takes 0 to 600 seconds",
        arguments: [("wait=601", 400), ("wait=x", 400), ("wait=-1", 400), ("wait=600", 200), ("other=1", 200)]
    )
    func waitLimits(preference: String, status: Int) async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", headers: ["prefer": preference])
            #expect(answer.status == status)
            if status == 400 { #expect(answer.parameter == "Prefer") }
        }
    }
}
