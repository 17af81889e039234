internal import HTTPTypes
internal import TestKit
internal import Testing

@testable import Gateway

/// Models, pages, and pictures that are shared.
@Suite("Routes: models, pages and shares")
struct PageRouteTests {
    // MARK: Models

    @Test("Models say what they take")
    func models() async throws {
        try await RouterFixture().run { client async throws in
            let list = try await client.get("/v1/models")
            #expect(list.status == 200)
            #expect(list["object"] == "list")
            #expect(list["data"].items.count == 1)
            let model = try await client.get("/v1/models/\(FlowFolder.model)")
            #expect(model.status == 200 && model.json == list["data.0"])
            let names: Set = [
                "id", "object", "created", "owned_by", "title", "description", "kind", "accepts", "qualities", "styles",
            ]
            #expect(model.json.names == names)
            #expect(model.mismatches(["id": "steps", "object": "model", "kind": "flow"]) == [])
            #expect(Set(model["accepts"].items) == ["generations", "edits"])
            #expect(model["qualities"] == .list(["low", "medium", "high", "auto"]))
            let none = try await client.get("/v1/models/none")
            #expect(none.error == "404 model_not_found model")
        }
    }

    // MARK: Pages

    @Test(
        "Pages come as HTML that no other site may frame or script",
        arguments: ["/studio", "/status", "/verify", "/rights", "/ops"]
    )
    func pages(path: String) async throws {
        try await RouterFixture { $0.hasPages = true }.run { client async throws in
            let accept = ["accept": "text/html,application/xhtml+xml,*/*;q=0.8"]
            let page = try await client.get(path, as: .nobody, headers: accept)
            #expect(page.status == 200 && page.header("content-type") == "text/html; charset=utf-8")
            #expect(page.header("x-content-type-options") == "nosniff")
            #expect(page.header("referrer-policy") == "no-referrer")
            let policy = try #require(page.header("content-security-policy"))
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            let tag = try #require(page.header("etag"))
            let again = try await client.get(path, as: .nobody, headers: ["accept": "text/html", "if-none-match": tag])
            #expect(again.status == 304 && again.bytes.isEmpty)
            var compressed = accept
            compressed["accept-encoding"] = "gzip"
            let small = try await client.get(path, as: .nobody, headers: compressed)
            #expect(small.header("content-encoding") == "gzip" && small.bytes.count < page.bytes.count)
        }
    }

    @Test("The home page leads to the studio, and there is nothing beside what is served")
    func home() async throws {
        try await RouterFixture { $0.hasPages = true }.run { client async throws in
            let home = try await client.get("/", as: .nobody)
            #expect(home.status == 302 && home.header("location") == "/studio")
            for path in ["/assets/none.js", "/assets/../pages/studio.html", "/assets/%2e%2e/pages/studio.html"] {
                #expect(try await client.get(path, as: .nobody).status == 404, "\(path)")
            }
        }
    }

    @Test("The status is a document for programs, with every plan")
    func status() async throws {
        try await RouterFixture().run { client async throws in
            let status = try await client.get("/status", as: .nobody)
            #expect(status.status == 200 && status.header("content-type") == "application/json")
            let names: Set = ["at", "accepting", "waiting_jobs", "lowest_quality_does_not_fit", "plans", "fleet"]
            #expect(status.json.names == names)
            #expect(status.mismatches(["at": 1_700_000_000, "accepting": true, "waiting_jobs": 0]) == [])
            #expect(status["plans"].items.map { $0["name"] } == ["guest", "free"])
            #expect(status.header("vary")?.contains("Accept") == true)
        }
    }

    @Test("The server says that it is alive and ready, and what it counts")
    func health() async throws {
        try await RouterFixture().run { client async throws in
            let health = try await client.get("/healthz", as: .nobody)
            #expect(health.status == 200)
            let ready = try await client.get("/readyz", as: .nobody)
            #expect(ready.status == 200 && ready.json == .object(["status": "ready", "problems": .list([])]))
            let metrics = try await client.get("/metrics", as: .nobody)
            #expect(metrics.status == 200 && metrics.header("content-type")?.hasPrefix("text/plain") == true)
        }
    }

    @Test("With a metrics token, only that token opens the metrics, and no key does")
    func metricsToken() async throws {
        try await RouterFixture { $0.gateway.metricsToken = "a-token" }.run { client async throws in
            for caller in [RouterFixture.Caller.nobody, .operator] {
                let refused = try await client.get("/metrics", as: caller)
                #expect(refused.status == 401 && refused.code == "invalid_token")
            }
            let headers = ["authorization": "Bearer a-token"]
            #expect(try await client.get("/metrics", as: .nobody, headers: headers).status == 200)
        }
    }

    // MARK: Shares

    private func share(_ client: RouterClient, _ job: String, _ more: String = "") async throws -> RouterAnswer {
        try await client.post("/v1/shares", json: "{\"job\": \"\(job)\"\(more)}")
    }

    @Test("A share is seen by whoever has its link, until it is taken back")
    func shares() async throws {
        try await RouterFixture { $0.hasPages = true }.run { client async throws in
            let job = try await client.paint("a secret hill")
            let made = try await share(client, job)
            #expect(made.status == 201)
            let names: Set = ["id", "object", "job", "picture", "url", "created_at", "expires_at", "with_words"]
            #expect(made.json.names == names)
            #expect(made.mismatches(["object": "share", "job": .text(job), "picture": 0]) == [])
            #expect(made["with_words"] == false)
            let id = try #require(made["id"].string)
            #expect(made["url"] == .text("http://localhost/s/\(id)"))
            let again = try await share(client, job, ", \"picture\": 0, \"with_words\": false")
            #expect(again.json == made.json)
            let listed = try await client.get("/v1/shares")
            #expect(listed["data"] == .list([made.json]))
            #expect(try await client.get("/v1/shares", as: .stranger)["data"] == .list([]))

            let page = try await client.get("/s/\(id)", as: .nobody)
            #expect(page.status == 200 && page.header("content-type") == "text/html; charset=utf-8")
            #expect(page.header("cache-control") == "no-store")
            #expect(page.header("x-content-type-options") == "nosniff")
            #expect(page.text.contains("og:image") && page.text.contains("http://localhost/s/\(id)/picture"))
            let picture = try await client.get("/s/\(id)/picture", as: .nobody)
            #expect(picture.status == 200 && picture.header("content-type") == "image/png")

            let foreign = try await client.delete("/v1/shares/\(id)", as: .stranger)
            #expect(foreign.status == 404 && foreign.code == "share_not_found")
            let deleted = try await client.delete("/v1/shares/\(id)")
            #expect(deleted.json == .object(["id": .text(id), "object": "share", "deleted": true]))
            #expect(try await client.get("/s/\(id)", as: .nobody).status == 404)
            let gone = try await client.get("/s/\(id)/picture", as: .nobody)
            #expect(gone.status == 404 && gone.code == "share_not_found")
        }
    }

    @Test("With and without the prompt are two shares, and the page has the prompt as text only")
    func words() async throws {
        try await RouterFixture { $0.hasPages = true }.run { client async throws in
            let job = try await client.paint("<b>hill</b> & lake")
            let without = try #require(try await share(client, job)["id"].string)
            let with = try #require(try await share(client, job, ", \"with_words\": true")["id"].string)
            #expect(with != without)
            let shown = try await client.get("/s/\(with)", as: .nobody).text
            #expect(shown.contains("&lt;b&gt;hill&lt;/b&gt; &amp; lake") && !shown.contains("<b>hill</b>"))
        }
    }

    @Test("A share ends after its days, and with its job")
    func sharesEnd() async throws {
        try await RouterFixture { $0.gateway.shareDays = 1 }.run { client async throws in
            let job = try await client.paint("a hill")
            let made = try await share(client, job)
            let id = try #require(made["id"].string)
            #expect(made["expires_at"] == 1_700_086_400)
            client.fixture.clock.advance(bySeconds: 86_401)
            #expect(try await client.get("/s/\(id)/picture", as: .nobody).status == 404)
        }
        try await RouterFixture().run { client async throws in
            let job = try await client.paint("a hill")
            let id = try #require(try await share(client, job)["id"].string)
            #expect(try await client.delete("/v1/gallery/\(job)").status == 200)
            #expect(try await client.get("/s/\(id)/picture", as: .nobody).status == 404)
        }
    }

    @Test("Only a picture of one's own is shared")
    func refusesShares() async throws {
        try await RouterFixture().run { client async throws in
            let job = try await client.paint("a hill")
            let foreign = try await client.post("/v1/shares", as: .stranger, json: "{\"job\": \"\(job)\"}")
            #expect(foreign.status == 404 && foreign.code == "job_not_found")
            for picture in ["1", "-1", "\"0\""] {
                let answer = try await share(client, job, ", \"picture\": \(picture)")
                #expect(answer.status == 400 && answer.parameter == "picture", "\(picture)")
            }
            let words = try await share(client, job, ", \"with_words\": \"yes\"")
            #expect(words.status == 400 && words.parameter == "with_words")
        }
    }
}
