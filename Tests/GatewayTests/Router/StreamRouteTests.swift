internal import Foundation
internal import Records
internal import TestKit
internal import Testing

@testable import Gateway

/// `"stream": true`: events of the images API, in order, to their end.
@Suite("Routes: streams of pictures")
struct StreamRouteTests {
    private func expectStream(_ answer: RouterAnswer) {
        #expect(answer.status == 200)
        #expect(answer.header("content-type") == "text/event-stream")
        #expect(answer.header("cache-control") == "no-store")
        #expect(answer.header("x-accel-buffering") == "no")
        #expect(answer.header("heatsink-job")?.isEmpty == false)
        #expect(answer.events.last?.data == "[DONE]")
        #expect(answer.text.hasSuffix("data: [DONE]\n\n"))
    }

    /// Sends a request, and lets its picture be painted once its stream is read.
    private func read(
        _ client: RouterClient,
        _ send: @escaping @Sendable (RouterClient) async throws -> RouterAnswer
    ) async throws -> RouterAnswer {
        async let answer = send(client)
        try await eventually { client.fixture.steps.isWaiting }
        client.fixture.steps.allow(.max)
        return try await answer
    }

    @Test("Partial images come first, then the picture, then the end", arguments: [0, 1, 2, 3])
    func generation(partials: Int) async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let fields = "\"stream\": true, \"partial_images\": \(partials)"
            let answer = try await read(client) { try await $0.generate("a hill", fields) }
            expectStream(answer)
            let events = answer.events.dropLast()
            let names = Array(repeating: "image_generation.partial_image", count: partials)
            #expect(events.map(\.name) == names + ["image_generation.completed"])
            for (place, event) in events.dropLast().enumerated() {
                #expect(event.json["type"] == .text(event.name))
                #expect(event.json["partial_image_index"] == .number(Double(place)))
            }
            for event in events {
                let picture = event.json["b64_json"].string.flatMap { Data(base64Encoded: $0) }
                #expect(picture?.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
                #expect(event.json["output_format"] == "png" && event.json["size"] == "64x64")
            }
            let last = try #require(events.last)
            #expect(last.json["type"] == "image_generation.completed")
            #expect(last.json["usage.output_tokens"] == 4)
        }
    }

    @Test("Each of several pictures has an event of its own")
    func severalPictures() async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", #""stream": true, "n": 3"#)
            expectStream(answer)
            let events = answer.events.dropLast()
            #expect(events.map(\.name) == Array(repeating: "image_generation.completed", count: 3))
            #expect(Set(events.map { $0.json["b64_json"] }).count == 3)
        }
    }

    @Test("An edit's events have names of their own")
    func edit() async throws {
        let fields: KeyValuePairs = ["prompt": "at night", "stream": "true", "partial_images": "1", "strength": "1"]
        let form = RouterForm(fields, image: try RouterFixture.photo())
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let answer = try await read(client) { try await $0.edit(form) }
            expectStream(answer)
            #expect(answer.events.dropLast().map(\.name) == ["image_edit.partial_image", "image_edit.completed"])
        }
    }

    @Test("A job that fails ends its stream with the error's document")
    func failure() async throws {
        try await RouterFixture().run { client async throws in
            client.fixture.steps.fail("a hill")
            let answer = try await client.generate("a hill", #""stream": true"#)
            expectStream(answer)
            let events = answer.events.dropLast()
            #expect(events.map(\.name) == ["error"])
            #expect(events.first?.json["error"].names.isSuperset(of: ["message", "type", "param", "code"]) == true)
        }
    }

    @Test("A job that is cancelled while its stream is read ends it with an error")
    func cancelled() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            async let answer = client.generate("a hill", #""stream": true"#)
            try await eventually { try await client.get("/v1/jobs")["data"].items.count == 1 }
            let id = try #require(try await client.get("/v1/jobs")["data.0.id"].string)
            #expect(try await client.delete("/v1/jobs/\(id)").status == 200)
            let ended = try await answer
            expectStream(ended)
            #expect(ended.events.first?.json["error.code"] == "job_already_finished")
        }
    }

    @Test("What is wrong with a request is said with its status, not in a stream")
    func refusal() async throws {
        try await RouterFixture().run { client async throws in
            let answer = try await client.generate("a hill", #""stream": true, "n": 0"#)
            #expect(answer.status == 400 && answer.header("content-type") == "application/json")
        }
    }
}
