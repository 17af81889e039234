internal import HTTPTypes
internal import TestKit
internal import Testing

@testable import Gateway

/// `/v1/jobs`: what was accepted, how far it is, what came of it.
@Suite("Routes: jobs")
struct JobRouteTests {
    /// What `Docs/API` and the published description say that a job's document has.
    private static let fields: Set<String> = [
        "id", "object", "status", "model", "created_at", "started_at", "finished_at", "expires_at", "deadline_at", "n",
        "position", "eta", "verdict", "promised_eta", "kind", "prompt", "style", "rights", "photo",
        "requested_quality", "requested_rung", "rung", "requested_quality_value", "quality_value", "lowered",
        "progress", "seed", "version", "links", "pictures", "result", "error",
    ]

    @Test("A completed job has its pictures as links, or in base64 when asked")
    func completed() async throws {
        try await RouterFixture().run { client async throws in
            let id = try await client.paint("a hill", #""seed": 7, "n": 2, "quality": "low""#)
            let job = try await client.get("/v1/jobs/\(id)")
            #expect(job.status == 200 && job.json.names == Self.fields)
            #expect(job.mismatches(["id": .text(id), "object": "job", "status": "completed"]) == [])
            #expect(job.mismatches(["model": "steps", "kind": "generation", "prompt": "a hill"]) == [])
            #expect(job.mismatches(["n": 2, "seed": 7]) == [])
            #expect(job.mismatches(["created_at": 1_700_000_000, "finished_at": 1_700_000_000]) == [])
            #expect(job.mismatches(["requested_quality": "low", "requested_rung": "low", "rung": "low"]) == [])
            #expect(job.mismatches(["requested_quality_value": 0.5, "quality_value": 0.5, "lowered": .null]) == [])
            #expect(job.mismatches(["position": .null, "eta": .null, "verdict": .null]) == [])
            #expect(job.mismatches(["photo": .null, "error": .null, "rights": .null]) == [])
            #expect(job["links.self"] == .text("/v1/jobs/\(id)"))
            #expect(job["links.events"] == .text("/v1/jobs/\(id)/events"))
            #expect(job["result.data"].items.allSatisfy { $0["url"].string != nil && $0["b64_json"] == .missing })
            for place in 0..<2 {
                let picture = job["pictures.\(place)"]
                #expect(picture["url"] == .text("/v1/jobs/\(id)/pictures/\(place)"))
                #expect(picture.mismatches(["width": 64, "height": 64, "format": "png"]) == [])
                #expect(picture["sha256"].string?.count == 64 && picture["taken_down"] == .null)
            }
            let whole = try await client.get("/v1/jobs/\(id)?response_format=b64_json")
            #expect(whole["result.data"].items.allSatisfy { $0["b64_json"].string != nil && $0["url"] == .missing })
            let other = try await client.get("/v1/jobs/\(id)?response_format=link")
            #expect(other.status == 400 && other.parameter == "response_format")
        }
    }

    @Test("A job that has not ended says where it is and what was promised")
    func waiting() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let id = try await client.begin("a hill")
            let job = try await client.get("/v1/jobs/\(id)")
            #expect(job.json.names == Self.fields)
            #expect(["queued", "running"].contains(job["status"].string))
            #expect(job["pictures"].items.isEmpty)
            #expect(job.mismatches(["finished_at": .null, "result": .null]) == [])
            #expect(["run", "queued"].contains(job["verdict"].string))
            let low = try #require(job["promised_eta.low_seconds"].double)
            let high = try #require(job["promised_eta.high_seconds"].double)
            #expect(0 <= low && low <= high)
            #expect(job["position"].double.map { $0 >= 0 } == true)
        }
    }

    // MARK: Lists

    @Test("Lists have the newest first, and a page goes on where the one before ended", arguments: ["jobs", "gallery"])
    func pages(list: String) async throws {
        try await RouterFixture().run { client async throws in
            var made: [String] = []
            for prompt in ["a hill", "a lake", "a tree"] {
                made.insert(try await client.paint(prompt), at: 0)
                client.fixture.clock.advance(bySeconds: 1)
            }
            let first = try await client.get("/v1/\(list)?limit=2")
            #expect(first.mismatches(["object": "list", "has_more": true]) == [])
            #expect(first["data"].items.compactMap { $0["id"].string } == Array(made.prefix(2)))
            let rest = try await client.get("/v1/\(list)?limit=2&after=\(made[1])")
            #expect(rest["has_more"] == false)
            #expect(rest["data"].items.compactMap { $0["id"].string } == [made[2]])
            let all = try await client.get("/v1/\(list)")
            #expect(all["data"].items.count == 3 && all["has_more"] == false)
            let stranger = try await client.get("/v1/\(list)", as: .stranger)
            #expect(stranger.mismatches(["data": .list([]), "has_more": false]) == [])
        }
    }

    @Test("A page has 1 to 100 entries and begins after a job of one's own", arguments: ["jobs", "gallery"])
    func pageLimits(list: String) async throws {
        try await RouterFixture().run { client async throws in
            for limit in ["0", "101", "-1", "x", "1.5"] {
                let answer = try await client.get("/v1/\(list)?limit=\(limit)")
                #expect(answer.status == 400 && answer.parameter == "limit", "\(limit)")
            }
            #expect(try await client.get("/v1/\(list)?limit=100").status == 200)
            let id = try await client.paint("a hill")
            let unknown = try await client.get("/v1/\(list)?after=job_none")
            #expect(unknown.status == 404 && unknown.code == "job_not_found")
            #expect(try await client.get("/v1/\(list)?after=\(id)", as: .stranger).code == "job_not_found")
        }
    }

    // MARK: Other people's jobs

    /// What may be asked of a job.
    private static let requests: [(HTTPRequest.Method, String)] = [
        (.get, "/v1/jobs/ID"), (.delete, "/v1/jobs/ID"), (.get, "/v1/jobs/ID/events"), (.get, "/v1/jobs/ID/photo"),
        (.get, "/v1/jobs/ID/pictures/0"), (.delete, "/v1/gallery/ID"),
    ]

    @Test("Somebody else's job answers as one that does not exist", arguments: requests)
    func hides(method: HTTPRequest.Method, path: String) async throws {
        try await RouterFixture().run { client async throws in
            let id = try await client.paint("a hill")
            let other = try await client.send(method, path.replacing("ID", with: id), as: .stranger)
            let none = try await client.send(method, path.replacing("ID", with: "job_none"), as: .stranger)
            #expect(other.status == 404 && other.code == "job_not_found")
            #expect(none.status == 404 && none.json == other.json)
            // Nor does an operator see it there.
            let watched = try await client.send(method, path.replacing("ID", with: id), as: .operator)
            #expect(watched.status == 404)
            #expect(try await client.get("/v1/jobs/\(id)").status == 200)
        }
    }

    // MARK: Cancelling and deleting

    @Test("DELETE cancels, again is harmless, and what has ended otherwise cannot be cancelled")
    func cancels() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let id = try await client.begin("a hill")
            for _ in 0..<2 {
                let cancelled = try await client.delete("/v1/jobs/\(id)")
                #expect(cancelled.status == 200 && cancelled["id"] == .text(id))
                #expect(cancelled.mismatches(["status": "cancelled", "object": "job"]) == [])
            }
            client.fixture.steps.allow(.max)
            let painted = try await client.paint("a lake")
            let late = try await client.delete("/v1/jobs/\(painted)")
            #expect(late.status == 409 && late.code == "job_already_finished")
        }
    }

    @Test("Who waits for a job that is cancelled gets 409")
    func cancelsUnderWaiter() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            async let answer = client.generate("a hill")
            try await eventually { try await client.get("/v1/jobs")["data"].items.count == 1 }
            let id = try #require(try await client.get("/v1/jobs")["data.0.id"].string)
            #expect(try await client.delete("/v1/jobs/\(id)").status == 200)
            let ended = try await answer
            #expect(ended.status == 409 && ended.code == "job_already_finished")
        }
    }

    @Test("An ended job is deleted for good with its pictures; one that has not ended is not")
    func deletes() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let id = try await client.begin("a hill", #""response_format": "url""#)
            let early = try await client.delete("/v1/gallery/\(id)")
            #expect(early.status == 409 && early.code == "job_not_finished")
            client.fixture.steps.allow(.max)
            try await eventually { try await client.get("/v1/jobs/\(id)")["status"] == "completed" }
            let url = try #require(try await client.get("/v1/jobs/\(id)")["result.data.0.url"].string)
            let link = String(url.dropFirst("http://localhost".count))
            #expect(try await client.get(link, as: .nobody).status == 200)
            let deleted = try await client.delete("/v1/gallery/\(id)")
            #expect(deleted.status == 200)
            #expect(deleted.json == .object(["id": .text(id), "object": "job", "deleted": true]))
            #expect(try await client.get("/v1/jobs/\(id)").code == "job_not_found")
            #expect(try await client.get(link, as: .nobody).code == "picture_expired")
            #expect(try await client.get("/v1/gallery")["data"].items.isEmpty)
        }
    }

    // MARK: Events

    @Test("The events of a job grow in their ids, show it on its way, and end with its end")
    func events() async throws {
        try await RouterFixture { $0.allowedSteps = 0 }.run { client async throws in
            let id = try await client.begin("a hill", #""partial_images": 2"#)
            async let answer = client.get("/v1/jobs/\(id)/events")
            // Until the stream is read: partial images are not kept longer than their job is live.
            try await Task.sleep(for: .milliseconds(300))
            client.fixture.steps.allow(.max)
            let stream = try await answer
            #expect(stream.status == 200 && stream.header("content-type") == "text/event-stream")
            #expect(stream.header("x-accel-buffering") == "no")
            let events = stream.events
            let ids = events.compactMap(\.id)
            #expect(ids.count == events.count)
            #expect(ids == ids.sorted())
            #expect(Set(ids).count == ids.count)
            #expect(Set(events.map(\.name)).isSubset(of: ["job", "partial_image"]))
            let last = try #require(events.last)
            #expect(last.name == "job")
            #expect(last.json["status"] == "completed")
            #expect(last.json["id"] == .text(id))
            let partials = events.filter { $0.name == "partial_image" }
            #expect(partials.map { $0.json["partial_image_index"] } == [0, 1])
            #expect(partials.allSatisfy { $0.json["job"] == .text(id) && $0.json["url"].string != nil })
        }
    }

    @Test("The stream of an ended job is its end, and nothing for who has heard it")
    func resumes() async throws {
        try await RouterFixture().run { client async throws in
            let id = try await client.paint("a hill")
            let stream = try await client.get("/v1/jobs/\(id)/events")
            let last = try #require(stream.events.last)
            #expect(last.name == "job" && last.json["status"] == "completed")
            let number = try #require(last.id)
            let heard = try await client.get("/v1/jobs/\(id)/events", headers: ["last-event-id": "\(number)"])
            #expect(heard.status == 204 && heard.bytes.isEmpty)
            let earlier = try await client.get("/v1/jobs/\(id)/events", headers: ["last-event-id": "\(number - 1)"])
            #expect(earlier.events.map(\.id) == [number])
            let broken = try await client.get("/v1/jobs/\(id)/events", headers: ["last-event-id": "x"])
            #expect(broken.status == 400 && broken.parameter == "Last-Event-ID")
        }
    }

    // MARK: Pictures

    @Test("A picture of a job comes whole, small, or to be saved")
    func pictures() async throws {
        try await RouterFixture().run { client async throws in
            let id = try await client.paint("a hill", #""size": "256x128", "n": 2"#)
            let path = "/v1/jobs/\(id)/pictures/1"
            let whole = try await client.get(path)
            #expect(whole.status == 200 && whole.header("content-type") == "image/png")
            #expect(whole.header("content-disposition") == "inline")
            #expect(whole.header("x-content-type-options") == "nosniff")
            #expect(whole.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            let saved = try await client.get("\(path)?download=1")
            #expect(saved.header("content-disposition")?.hasPrefix("attachment; filename=\"") == true)
            #expect(saved.bytes == whole.bytes)
            let small = try await client.get("\(path)?side=64")
            #expect(small.status == 200 && small.header("content-type") == "image/webp")
            #expect(small.bytes.starts(with: [0x52, 0x49, 0x46, 0x46]))
            for side in ["63", "1025", "x"] {
                let answer = try await client.get("\(path)?side=\(side)")
                #expect(answer.status == 400 && answer.parameter == "side", "\(side)")
            }
            for place in ["2", "-1", "x"] {
                #expect(try await client.get("/v1/jobs/\(id)/pictures/\(place)").status == 404, "\(place)")
            }
            #expect(try await client.get("/v1/jobs/\(id)/photo").status == 404)
        }
    }

    @Test("The photo of an edit comes back small, as WebP")
    func photo() async throws {
        let form = RouterForm(["prompt": "at night"], image: try RouterFixture.photo())
        try await RouterFixture().run { client async throws in
            let id = try #require(try await client.edit(form).header("heatsink-job"))
            let photo = try await client.get("/v1/jobs/\(id)/photo?side=64")
            #expect(photo.status == 200 && photo.header("content-type") == "image/webp")
        }
    }
}
