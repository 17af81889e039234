import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Imaging
import Inference
import Logging
import PromptPolicy
import Records
import Service
import SurgeCore
import TestKit
import Testing

@testable import Gateway

/// What is under way ends when the right to it does, over the wire and from another process.
@Suite("Authority is asked while it is used")
struct AuthorityTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    /// The same records as another process has them open.
    private let other: SQLiteStore
    private let clock = WallClock()
    private let id = AccountID(rawValue: "acct_1")
    private let key: SecretKey

    init() async throws {
        folder = try TemporaryFolder()
        try FlowFolder.write(to: folder.path)
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        other = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        var generator = SystemRandomNumberGenerator()
        key = SecretKey(using: &generator)
        try await store.create(Account(id: id, name: "one", plan: "free", createdAt: clock.now()))
        try await store.setOperator(id, true)
        try await store.create(KeyRecord(prefix: key.prefix, digest: key.digest, account: id, createdAt: clock.now()))
    }

    // MARK: The watch

    private func session(_ digest: String) async throws {
        let end = clock.now().advanced(bySeconds: 1_000)
        let session = KeyRecord.Session(expiresAt: end, parent: nil)
        try await store.create(
            KeyRecord(prefix: "session", digest: digest, account: id, createdAt: clock.now(), session: session)
        )
    }

    private func authority(_ credential: String, asOperator: Bool = false) -> Authority {
        Authority(credential: credential, account: id, asOperator: asOperator)
    }

    @Test("It ends for the account that lost the right, and for no other", arguments: [true, false])
    func ends(asksByItself: Bool) async throws {
        try await session("kept")
        try await session("ended")
        let interval = asksByItself ? Duration.milliseconds(20) : .seconds(3_600)
        let watch = AuthorityWatch(store: store, clock: clock, every: interval)
        let kept = Task { await watch.end(of: authority("kept")) }
        let ended = Task { await watch.end(of: authority("ended")) }
        let asOperator = Task { await watch.end(of: authority("kept", asOperator: true)) }
        try await eventually { await watch.count == 3 }
        try await other.revokeKey(digest: "ended", at: clock.now())
        try await other.setOperator(id, false)
        if !asksByItself { await watch.look() }
        #expect(await ended.value)
        #expect(await asOperator.value)
        try await eventually { await watch.count == 1 }
        kept.cancel()
        #expect(await kept.value == false)
        try await eventually { await watch.count == 0 }
    }

    @Test("It ends for all of an account that is no more")
    func endsWithAccount() async throws {
        let watch = AuthorityWatch(store: store, clock: clock, every: .milliseconds(20))
        let ended = Task { await watch.end(of: authority(key.digest)) }
        try await eventually { await watch.count == 1 }
        _ = try await other.forget(id)
        #expect(await ended.value)
    }

    // MARK: Streams

    private func gateway(_ service: JobService, rights: RightsService) throws -> Gateway {
        let decoder = try ImageDecoder()
        let files = try FileStore(folder: folder.path + "/files")
        let blocking = BlockingWork(width: 1)
        return Gateway(
            dependencies: Gateway.Dependencies(
                service: service,
                store: store,
                rights: rights,
                files: files,
                restylePainter: RestylePainter(models: [], decoder: decoder, files: files, blocking: blocking),
                models: [],
                catalogue: try ModelCatalogue(folder: folder.path),
                blocking: blocking,
                decoder: decoder,
                plans: [Plan(name: "free"), Plan(name: "guest")],
                clock: clock,
                metrics: PrometheusRegistry(),
                linkSecret: [UInt8](repeating: 3, count: 32)
            ),
            configuration: Gateway.Configuration()
        )
    }

    private func parts(_ painter: FakeStepPainter) throws -> (JobService, RightsService) {
        let files = try FileStore(folder: folder.path + "/files")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let rights = RightsService(
            configuration: RightsService.Configuration(),
            instruments: RightsService.Instruments(policy: try PromptPolicy(shipped: .open), secret: []),
            store: store,
            files: files,
            decoder: try ImageDecoder(),
            logger: logger
        )
        var configuration = JobService.Configuration()
        configuration.plans = [Plan(name: "free"), Plan(name: "guest")]
        let service = JobService(
            store: store,
            files: files,
            painter: FakePainter(isOpen: false),
            stepPainter: painter,
            catalogue: try ModelCatalogue(folder: folder.path),
            rights: rights,
            configuration: configuration,
            logger: logger
        )
        return (service, rights)
    }

    private func headers(_ more: HTTPFields = [:]) -> HTTPFields {
        var headers = more
        headers[.authorization] = "Bearer \(key.text)"
        return headers
    }

    /// The request, and how to send it.
    private static let requests: [(HTTPRequest.Method, String, String?)] = [
        (.get, "/v1/events", nil),
        (.get, "/ops/events", nil),
        (.get, "/v1/jobs/JOB/events", nil),
        (.post, "/v1/images/generations", #"{"prompt": "a held hill", "model": "steps"}"#),
        (.post, "/v1/images/generations", #"{"prompt": "a told hill", "model": "steps", "stream": true}"#),
    ]

    @Test("A stream and a held request end when their key is revoked by another process", arguments: requests)
    func endsStreams(method: HTTPRequest.Method, path: String, body: String?) async throws {
        let painter = FakeStepPainter(allowed: 0)
        let (service, rights) = try parts(painter)
        let application = Application(router: try gateway(service, rights: rights).makeRouter())
        try await application.test(.live) { client in
            var path = path
            if path.contains("JOB") {
                let waiting = try await client.execute(
                    uri: "/v1/images/generations",
                    method: .post,
                    headers: headers([.contentType: "application/json", .init("Prefer")!: "respond-async"]),
                    body: ByteBuffer(string: #"{"prompt": "a hill", "model": "steps"}"#)
                )
                let location = try #require(waiting.headers[.location])
                path = "\(location)/events"
            }
            let hasEnded = SharedFlag()
            let answer = Task { [path] in
                defer { hasEnded.set() }
                return try await client.execute(
                    uri: path,
                    method: method,
                    headers: headers(body == nil ? [:] : [.contentType: "application/json"]),
                    body: body.map { ByteBuffer(string: $0) }
                )
            }
            // Under way: the answer does not come by itself.
            try await Task.sleep(for: .milliseconds(300))
            #expect(!hasEnded.isSet)
            #expect(try await other.revokeKeys(prefix: key.prefix, at: clock.now()) == 1)
            // However it ends: as a whole, with 401, or broken off. It must end although nothing is painted.
            let response = try? await answer.value
            #expect(response.map { [.ok, .unauthorized].contains($0.status) } ?? true)
        }
    }

    @Test("The control room ends for an account that is no longer an operator; its own stream does not")
    func endsControlRoom() async throws {
        let (service, rights) = try parts(FakeStepPainter(allowed: 0))
        let application = Application(router: try gateway(service, rights: rights).makeRouter())
        try await application.test(.live) { client in
            let room = Task { try await client.execute(uri: "/ops/events", method: .get, headers: headers()) }
            try await Task.sleep(for: .milliseconds(300))
            try await other.setOperator(id, false)
            _ = try? await room.value
            try await eventually {
                try await client.execute(uri: "/ops/state", method: .get, headers: headers()).status == .forbidden
            }
            #expect(try await client.execute(uri: "/v1/account", method: .get, headers: headers()).status == .ok)
        }
    }

    // MARK: Passkeys

    @Test("Forgetting the passkey that opened the session says so and clears its cookie; the only way in is kept")
    func forgetsPasskeys() async throws {
        let (service, rights) = try parts(FakeStepPainter())
        let member = AccountID(rawValue: "acct_m")
        try await store.create(Account(id: member, name: "member", plan: "free", createdAt: clock.now()))
        try await store.create(passkey("p", of: member), promotingTo: "free")
        let secret = "a-session-of-0123456789"
        let session = KeyRecord.Session(
            expiresAt: clock.now().advanced(bySeconds: 1_000),
            parent: KeyRecord.Session.parent(passkey: "p")
        )
        let digest = SessionCookie.digest(secret)
        try await store.create(
            KeyRecord(prefix: "session", digest: digest, account: member, createdAt: clock.now(), session: session)
        )
        let headers: HTTPFields = [.cookie: "\(SessionCookie.name)=\(secret)", .fetchSite: "same-origin"]
        let application = Application(router: try gateway(service, rights: rights).makeRouter())
        try await application.test(.live) { client in
            let kept = try await client.execute(uri: "/v1/passkeys/p", method: .delete, headers: headers)
            #expect(kept.status == .conflict)
            #expect(String(buffer: kept.body).contains("only_way_in"))
            #expect(try await client.execute(uri: "/v1/account", method: .get, headers: headers).status == .ok)
            try await store.create(passkey("q", of: member), promotingTo: "free")
            let other = try await client.execute(uri: "/v1/passkeys/q", method: .delete, headers: headers)
            #expect(try signedOut(other) == false && other.headers[.setCookie] == nil)
            try await store.create(passkey("q", of: member), promotingTo: "free")
            let own = try await client.execute(uri: "/v1/passkeys/p", method: .delete, headers: headers)
            #expect(try signedOut(own) == true)
            #expect(own.headers[.setCookie]?.hasPrefix("\(SessionCookie.name)=;") == true)
            #expect(own.headers[.setCookie]?.contains("Max-Age=0") == true)
            let after = try await client.execute(uri: "/v1/account", method: .get, headers: headers)
            #expect(after.status == .unauthorized)
        }
    }

    private func passkey(_ id: String, of account: AccountID) -> PasskeyRecord {
        PasskeyRecord(id: id, account: account, name: "", content: "{}", createdAt: clock.now())
    }

    private func signedOut(_ response: TestResponse) throws -> Bool? {
        let document = try JSONSerialization.jsonObject(with: Data(String(buffer: response.body).utf8))
        return (document as? [String: Any])?["signed_out"] as? Bool
    }

    // MARK: Limits

    @Test("Keys that are none are limited by address with Retry-After, and a valid one works all the same")
    func limitsFailures() async throws {
        let (service, rights) = try parts(FakeStepPainter())
        let application = Application(router: try gateway(service, rights: rights).makeRouter())
        try await application.test(.live) { client in
            var statuses: Set<Int> = []
            for number in 0..<300 {
                let response = try await client.execute(
                    uri: "/v1/models",
                    method: .get,
                    headers: [.authorization: "Bearer hs_nobody\(number)"]
                )
                statuses.insert(response.status.code)
                guard response.status == .tooManyRequests else { continue }
                #expect(response.headers[.retryAfter].flatMap { Int($0) }.map { $0 >= 1 } == true)
                break
            }
            #expect(statuses == [401, 429])
            #expect(try await client.execute(uri: "/v1/models", method: .get, headers: headers()).status == .ok)
            // No key at all is no failed one.
            #expect(try await client.execute(uri: "/v1/models", method: .get).status == .unauthorized)
            let signIn = try await client.execute(
                uri: "/v1/session",
                method: .post,
                headers: [.contentType: "application/json"],
                body: ByteBuffer(string: #"{"key": "hs_nobody"}"#)
            )
            #expect(signIn.status == .tooManyRequests)
        }
    }

    @Test("A new member counts as its address's guest for a day; an account with a key does not")
    func newMembers() async throws {
        let clock = ManualClock()
        let members = NewMembers(store: store, clock: clock)
        var guest = Account(id: AccountID(rawValue: "acct_g"), name: "guest", plan: "guest", createdAt: clock.now())
        guest.isGuest = true
        try await store.create(guest)
        #expect(try await members.countsAsGuest(guest))
        let passkey = PasskeyRecord(id: "p", account: guest.id, name: "", content: "{}", createdAt: clock.now())
        try await store.create(passkey, promotingTo: "free")
        let member = try #require(try await store.account(guest.id))
        #expect(!member.isGuest)
        #expect(try await members.countsAsGuest(member))
        clock.advance(bySeconds: NewMembers.probationSeconds)
        #expect(try await !members.countsAsGuest(member))
        let holder = try #require(try await store.account(id))
        #expect(try await !members.countsAsGuest(holder))
    }
}
