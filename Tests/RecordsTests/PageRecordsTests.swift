import Records
import SurgeCore
import TestKit
import Testing

/// What the pages keep, in a real database.
@Suite("Records of the pages")
struct PageRecordsTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let clock = ManualClock()
    private let mine = AccountID(rawValue: "acct_1")
    private let yours = AccountID(rawValue: "acct_2")

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        var guest = Account(id: mine, name: "guest", plan: "guest", createdAt: clock.now())
        guest.isGuest = true
        try await store.create(guest)
        try await store.create(Account(id: yours, name: "two", plan: "free", createdAt: clock.now()))
    }

    private func complete(_ name: String, of account: AccountID, digest: String) async throws {
        let record = JobRecord(
            id: JobID(rawValue: name),
            account: account,
            createdAt: clock.now(),
            expiresAt: clock.now().advanced(bySeconds: 100),
            fingerprint: name,
            idempotencyKey: nil,
            request: "{}",
            inputs: ["photo"],
            rung: "512"
        )
        #expect(try await store.accept(record, recently: nil) == .new)
        let picture = PictureRecord(digest: digest, format: "png", width: 1, height: 1, revisedPrompt: "p")
        _ = try await store.settle(
            record.id,
            .completed([picture]),
            Settlement(deviceSeconds: 1, millicredits: 3, model: "meadow"),
            at: clock.now(),
            expiresAt: clock.now().advanced(bySeconds: 100)
        )
    }

    private func share(_ id: String, _ digest: String, seconds: Double = 1_000) -> ShareRecord {
        ShareRecord(
            id: id,
            account: mine,
            job: JobID(rawValue: "one"),
            task: 0,
            picture: PictureRecord(digest: digest, format: "png", width: 1, height: 1, revisedPrompt: "p"),
            model: "meadow",
            words: "a lighthouse",
            createdAt: clock.now(),
            expiresAt: clock.now().advanced(bySeconds: seconds)
        )
    }

    @Test("A session ends by itself, when it is signed out, and with the key that it was made from")
    func sessionsEnd() async throws {
        let key = KeyRecord(prefix: "hs_abcdef", digest: "key", account: yours, createdAt: clock.now())
        try await store.create(key)
        for (digest, parent) in [("one", "key"), ("two", nil), ("three", nil)] as [(String, String?)] {
            try await store.create(
                KeyRecord(
                    prefix: "session",
                    digest: digest,
                    account: yours,
                    createdAt: clock.now(),
                    session: KeyRecord.Session(expiresAt: clock.now().advanced(bySeconds: 100), parent: parent)
                )
            )
        }
        #expect(try await store.keys() == [key])
        for digest in ["key", "one", "two", "three"] {
            #expect(try await store.account(forKeyDigest: digest, at: clock.now())?.id == yours)
        }
        try await store.revokeKey(digest: "two", at: clock.now())
        #expect(try await store.account(forKeyDigest: "two", at: clock.now()) == nil)
        #expect(try await store.revokeKeys(prefix: "hs_abcdef", at: clock.now()) == 1)
        #expect(try await store.account(forKeyDigest: "one", at: clock.now()) == nil)
        clock.advance(bySeconds: 101)
        #expect(try await store.account(forKeyDigest: "three", at: clock.now()) == nil)
        #expect(try await store.forgetSessions(expiredBefore: clock.now()) == 3)
    }

    @Test("A guest goes with its last session, unless something of it is kept; members stay")
    func guestsGo() async throws {
        let busy = AccountID(rawValue: "acct_3")
        var guest = Account(id: busy, name: "guest", plan: "guest", createdAt: clock.now())
        guest.isGuest = true
        try await store.create(guest)
        try await complete("one", of: busy, digest: "d1")
        for account in [mine, yours, busy] {
            let session = KeyRecord.Session(expiresAt: clock.now().advanced(bySeconds: 10), parent: nil)
            try await store.create(
                KeyRecord(
                    prefix: "session",
                    digest: account.rawValue,
                    account: account,
                    createdAt: clock.now(),
                    session: session
                )
            )
        }
        clock.advance(bySeconds: 11)
        #expect(try await store.forgetSessions(expiredBefore: clock.now()) == 3)
        #expect(try await store.account(mine) == nil)
        #expect(try await store.account(yours) != nil)
        #expect(try await store.account(busy) != nil)
    }

    @Test("A picture that was made here is known as long as the server, also without its job")
    func remembersMade() async throws {
        try await complete("one", of: mine, digest: "d1")
        #expect(try await store.forget(JobID(rawValue: "one"), of: mine) != nil)
        let made = try #require(try await store.made("d1"))
        #expect(made.model == "meadow")
        #expect(made.isEdit)
        #expect(try await store.made("d2") == nil)
    }

    @Test("A job is deleted with its shares by its owner and by nobody else")
    func deletesJobs() async throws {
        try await complete("one", of: mine, digest: "d1")
        try await store.create(share("s1", "d1"))
        #expect(try await store.forget(JobID(rawValue: "one"), of: yours) == nil)
        #expect(try await store.share("s1", at: clock.now()) != nil)
        #expect(try await store.forget(JobID(rawValue: "one"), of: mine)?.sorted() == ["d1", "photo"])
        #expect(try await store.share("s1", at: clock.now()) == nil)
        #expect(try await store.job(JobID(rawValue: "one")) == nil)
    }

    @Test("A share keeps its file when its job is forgotten, until its own time is over")
    func sharesKeepFiles() async throws {
        try await complete("one", of: mine, digest: "d1")
        try await store.create(share("s1", "d1"))
        clock.advance(bySeconds: 200)
        #expect(try await store.forgetJobs(expiredBefore: clock.now()) == 1)
        #expect(try await store.needed(among: ["d1", "photo"]) == ["d1"])
        #expect(try await store.forget(share: "s1", of: yours) == nil)
        clock.advance(bySeconds: 900)
        #expect(try await store.share("s1", at: clock.now()) == nil)
        #expect(try await store.forgetShares(expiredBefore: clock.now()) == 1)
        #expect(try await store.needed(among: ["d1"]).isEmpty)
    }

    @Test("A guest with a passkey is a guest no more; a passkey is its owner's")
    func promotes() async throws {
        let passkey = PasskeyRecord(id: "p", account: mine, name: "phone", content: "{}", createdAt: clock.now())
        try await store.create(passkey, promotingTo: "free")
        let account = try #require(try await store.account(mine))
        #expect(account.plan == "free")
        #expect(!account.isGuest)
        #expect(try await store.passkeys(of: mine) == [passkey])
        try await store.update(passkey: "p", content: "{\"n\":1}", at: clock.now())
        #expect(try await store.passkey("p")?.content == "{\"n\":1}")
        #expect(try await store.forget(passkey: "p", of: yours, askedBy: nil, at: clock.now()) == .unknown)
        let removal = try await store.forget(passkey: "p", of: mine, askedBy: nil, at: clock.now())
        #expect(removal == .forgotten(endsOwnSession: false))
        let other = PasskeyRecord(id: "q", account: yours, name: "phone", content: "{}", createdAt: clock.now())
        try await store.create(other, promotingTo: "guest")
        #expect(try await store.account(yours)?.plan == "free")
    }

    @Test("An account goes with everything that is its own, and takes nothing of others along")
    func forgetsAccounts() async throws {
        try await complete("one", of: mine, digest: "d1")
        try await complete("two", of: yours, digest: "d1")
        try await store.create(share("s1", "d1"))
        try await store.create(
            PasskeyRecord(id: "p", account: mine, name: "phone", content: "{}", createdAt: clock.now()),
            promotingTo: "free"
        )
        try await store.create(KeyRecord(prefix: "hs_1", digest: "k", account: mine, createdAt: clock.now()))
        let forgotten = try await store.forget(mine)
        #expect(forgotten.jobs == 1)
        #expect(forgotten.pictures == 1)
        #expect(forgotten.shares == 1)
        #expect(forgotten.files.sorted() == ["d1", "photo"])
        #expect(try await store.account(mine) == nil)
        #expect(try await store.account(forKeyDigest: "k", at: clock.now()) == nil)
        #expect(try await store.passkey("p") == nil)
        #expect(try await store.job(JobID(rawValue: "two")) != nil)
        #expect(try await store.needed(among: ["d1"]) == ["d1"])
    }

    @Test("The gallery has what is completed, newest first, page by page")
    func listsCompleted() async throws {
        for name in ["a", "b", "c"] { try await complete(name, of: mine, digest: name) }
        try await complete("d", of: yours, digest: "d")
        let first = try await store.completedJobs(of: mine, limit: 2, after: nil)
        #expect(first.map(\.id.rawValue) == ["c", "b"])
        let rest = try await store.completedJobs(of: mine, limit: 2, after: first.last?.id)
        #expect(rest.map(\.id.rawValue) == ["a"])
    }

    @Test("Levers are written down in order, and what is put off stays so until it is taken back")
    func keepsLevers() async throws {
        for target in ["free", "guest"] {
            let entry = AuditRecord(
                at: clock.now(),
                account: yours,
                name: "two",
                action: "defer",
                target: target,
                detail: ["minutes": "5"],
                reason: "too much"
            )
            let kept = try await store.append(entry)
            #expect(kept.id > 0)
        }
        #expect(try await store.audit(limit: 10).map(\.target) == ["guest", "free"])
        let hold = HoldRecord(kind: .plan, target: "free", until: clock.now().advanced(bySeconds: 60))
        try await store.set(hold, at: clock.now())
        #expect(try await store.holds() == [hold])
        try await store.set(HoldRecord(kind: .plan, target: "free", until: clock.now()), at: clock.now())
        #expect(try await store.holds().isEmpty)
        #expect(try await store.hasOperator() == false)
        try await store.setOperator(yours, true)
        #expect(try await store.hasOperator())
    }
}
