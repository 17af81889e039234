import Foundation
import Records
import SurgeCore
import TestKit
import Testing

@testable import Gateway

@Suite("Pages")
struct PagesTests {
    private func share(words: String?, look: String = "A painted landscape.") -> ShareRecord {
        ShareRecord(
            id: "token",
            account: AccountID(rawValue: "acct_1"),
            job: JobID(rawValue: "job_1"),
            task: 0,
            picture: PictureRecord(digest: "d", format: "png", width: 3, height: 2, revisedPrompt: look),
            model: "meadow",
            words: words,
            createdAt: Instant(microseconds: 1_700_000_000_000_000),
            expiresAt: Instant(microseconds: 1_800_000_000_000_000)
        )
    }

    @Test("What somebody wrote is text on the page of a share, in elements as in attributes")
    func escapes() {
        let hostile = "\"><script>alert('1')</script>&{{title}}"
        let page = SharePage(share(words: hostile, look: hostile), page: "http://h/s/token")
        let text = page.text(template: "<meta content=\"{{title}}\"><p>{{words}} {{look}}</p>{{nothing}}")
        #expect(!text.contains("<script"))
        #expect(text.contains("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;{{title}}"))
        #expect(!text.contains("{{nothing}}"))
    }

    @Test("A share without words has a title all the same, and an address for its picture")
    func unfurls() {
        let text = SharePage(share(words: nil), page: "http://h/s/token").text(
            template: "{{title}}|{{picture}}|{{width}}|{{type}}|{{made}}"
        )
        #expect(text == "A picture painted with Heatsink|http://h/s/token/picture|3|image/png|2023-11-14T22:13:20Z")
    }

    @Test("Files are found by their names, and nothing beside them is")
    func findsFiles() throws {
        let folder = try TemporaryFolder()
        for (path, text) in [
            "pages/studio.html": String(repeating: "<p>a</p>", count: 100), "assets/a/b.js": "1",
            "assets/a.secret": "x",
            "outside.html": "x",
        ] {
            let target = URL(fileURLWithPath: folder.path).appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: target)
        }
        let web = WebFiles(folder: folder.path, reloads: false)
        let page = try #require(web.file("pages/studio.html"))
        #expect(page.mediaType == "text/html; charset=utf-8")
        #expect(page.compressed.map { $0.count < page.bytes.count && $0.starts(with: [0x1F, 0x8B]) } == true)
        #expect(web.file("assets/a/b.js")?.bytes == Array("1".utf8))
        for path in ["assets/../outside.html", "outside.html", "assets/a.secret", "assets/", "../pages/studio.html"] {
            #expect(web.file(path) == nil, "\(path)")
        }
        #expect(WebFiles(folder: folder.path + "/none", reloads: false).isEmpty)
    }

    @Test("A document is made for whoever watches, told when it changes, and not made when nobody does")
    func broadcasts() async throws {
        let made = Counter()
        let board = Broadcaster<Int>(every: .milliseconds(5)) { made.next() / 3 }
        let (told, continuation) = AsyncStream.makeStream(of: Int.self)
        let name = await board.subscribe { continuation.yield($0) }
        var heard: [Int] = []
        for await value in told {
            heard.append(value)
            if heard.count == 3 { break }
        }
        #expect(heard == [0, 1, 2])
        await board.unsubscribe(name)
        try await Task.sleep(for: .milliseconds(50))
        let count = made.value
        try await Task.sleep(for: .milliseconds(50))
        #expect(made.value == count)
    }
}
