internal import Foundation
internal import HTTPTypes
internal import Testing

@testable import Gateway

/// `POST /v1/images/edits`: pictures from a photo, as a form and as JSON.
@Suite("Routes: edits")
struct EditRouteTests {
    private static func dataURL(_ bytes: [UInt8]) -> String {
        "data:image/png;base64,\(Data(bytes).base64EncodedString())"
    }

    @Test("A photo in a form is painted, whatever its part is called", arguments: ["image", "image[]"])
    func form(name: String) async throws {
        var form = RouterForm(["prompt": "at night", "n": "2", "output_format": "jpeg", "colour": "red"])
        form.add(file: try RouterFixture.photo(), as: name)
        try await RouterFixture().run { [form] client in
            let answer = try await client.edit(form)
            #expect(answer.status == 200)
            #expect(answer["data"].items.count == 2 && answer["output_format"] == "jpeg")
            let id = try #require(answer.header("heatsink-job"))
            let job = try await client.get("/v1/jobs/\(id)")
            #expect(job.mismatches(["kind": "edit", "photo": .text("/v1/jobs/\(id)/photo")]) == [])
        }
    }

    @Test("A photo in JSON is painted")
    func json() async throws {
        let url = Self.dataURL(try RouterFixture.photo())
        try await RouterFixture().run { client async throws in
            let body = "{\"prompt\": \"at night\", \"images\": [{\"image_url\": \"\(url)\"}], \"strength\": 0.5}"
            let answer = try await client.post("/v1/images/edits", json: body)
            #expect(answer.status == 200 && answer["data"].items.count == 1)
            // The photo's tiles count as input.
            #expect(answer["usage.input_tokens_details.image_tokens"] == 4)
        }
    }

    /// The field at fault, and its text in a form.
    private static let refused: [(String, String)] = [
        ("strength", "0.01"), ("strength", "1.1"), ("strength", "much"), ("n", "0"), ("n", "01"),
        ("size", "100x100"), ("quality", "best"), ("output_compression", "50"), ("stream", "1"),
        ("input_fidelity", "medium"), ("background", "transparent"), ("partial_images", "2"), ("seed", "-2"),
    ]

    @Test("A value of a form that is not accepted is a 400 that names its field", arguments: refused)
    func refuses(field: String, text: String) async throws {
        let form = RouterForm(["prompt": "at night", "\(field)": text], image: try RouterFixture.photo())
        try await RouterFixture().run { client async throws in
            let answer = try await client.edit(form)
            #expect(answer.status == 400 && answer.parameter == field)
            #expect(answer["error.message"].string?.isEmpty == false)
        }
    }

    @Test("An empty field counts as left out, and one that is given twice is refused")
    func repeatedFields() async throws {
        let photo = try RouterFixture.photo()
        try await RouterFixture().run { client async throws in
            let empty = RouterForm(["prompt": "at night", "n": "", "size": ""], image: photo)
            #expect(try await client.edit(empty).status == 200)
            let twice = RouterForm(["prompt": "at night", "n": "1", "n": "1"], image: photo)
            let answer = try await client.edit(twice)
            #expect(answer.status == 400 && answer.parameter == "n")
        }
    }

    @Test("A prompt and a photo are needed")
    func missing() async throws {
        let photo = try RouterFixture.photo()
        try await RouterFixture().run { client async throws in
            let wordless = try await client.edit(RouterForm([:], image: photo))
            #expect(wordless.code == "missing_required_parameter" && wordless.parameter == "prompt")
            let bare = try await client.edit(RouterForm(["prompt": "at night"]))
            #expect(bare.code == "missing_required_parameter" && bare.parameter == "image")
            let unknown = try await client.edit(RouterForm(["prompt": "at night", "model": "none"], image: photo))
            #expect(unknown.error == "404 model_not_found model")
        }
    }

    @Test("A file that is no picture, a second photo and a mask of another size are refused by name")
    func pictures() async throws {
        let photo = try RouterFixture.photo()
        try await RouterFixture().run { client async throws in
            let broken = try await client.edit(RouterForm(["prompt": "a"], image: Array("no picture".utf8)))
            #expect(broken.error == "400 invalid_image image")
            let half = try await client.edit(RouterForm(["prompt": "a"], image: Array(photo.prefix(photo.count / 2))))
            #expect(half.error == "400 invalid_image image")
            let long = try await client.edit(
                RouterForm(["prompt": "a"], image: try RouterFixture.photo(width: 340, height: 20))
            )
            #expect(long.status == 400 && long.parameter == "image")
            // This model begins with one photo.
            var two = RouterForm(["prompt": "a"], image: photo)
            two.add(file: photo, as: "image")
            let second = try await client.edit(two)
            #expect(second.status == 400 && second.parameter == "image")
            var masked = RouterForm(["prompt": "a"], image: photo)
            masked.add(file: try RouterFixture.photo(width: 32, height: 32), as: "mask")
            let mask = try await client.edit(masked)
            #expect(mask.status == 400 && mask.parameter == "mask")
        }
    }

    @Test("In JSON, only pictures inside of the request are taken: no other server is asked for one")
    func otherServers() async throws {
        let values = [
            #""x""#, #"["x"]"#, #"[{}]"#, #"[{"image_url": "https://elsewhere.example/a.png"}]"#,
            #"[{"file_id": "file_1"}]"#, #"[{"image_url": "data:image/png;base64,****"}]"#,
        ]
        try await RouterFixture().run { client async throws in
            for value in values {
                let body = "{\"prompt\": \"a\", \"images\": \(value)}"
                let answer = try await client.post("/v1/images/edits", json: body)
                #expect(answer.status == 400, "\(value)")
                #expect(answer.parameter?.hasPrefix("images") == true, "\(value)")
            }
        }
    }

    @Test("A form without its last boundary, and one without a boundary, are refused")
    func brokenForms() async throws {
        let form = RouterForm(["prompt": "a"], image: try RouterFixture.photo())
        try await RouterFixture().run { client async throws in
            let cut = try await client.send(
                .post,
                "/v1/images/edits",
                bytes: Array(form.bytes.dropLast(20)),
                headers: ["content-type": RouterForm.contentType]
            )
            #expect(cut.status == 400 && cut["error.type"] == "invalid_request_error")
            let bare = try await client.send(
                .post,
                "/v1/images/edits",
                bytes: form.bytes,
                headers: ["content-type": "multipart/form-data"]
            )
            #expect(bare.status == 400)
        }
    }
}
