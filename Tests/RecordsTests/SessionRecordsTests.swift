import Foundation
import Records
import SurgeCore
import TestKit
import Testing

/// Who may still do what: keys, sessions, and what opened them.
@Suite("Sessions in the records")
struct SessionRecordsTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let clock = ManualClock()
    private let mine = AccountID(rawValue: "acct_mine")
    private let yours = AccountID(rawValue: "acct_yours")

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        for id in [mine, yours] {
            var account = Account(id: id, name: "guest", plan: "guest", createdAt: clock.now())
            account.isGuest = true
            try await store.create(account)
        }
    }

    @discardableResult
    private func session(_ digest: String, of account: AccountID, parent: String? = nil) async throws -> Bool {
        let end = clock.now().advanced(bySeconds: 1_000)
        return try await store.create(
            KeyRecord(
                prefix: "session",
                digest: digest,
                account: account,
                createdAt: clock.now(),
                session: KeyRecord.Session(expiresAt: end, parent: parent)
            )
        )
    }

    private func key(_ digest: String, of account: AccountID) async throws {
        try await store.create(
            KeyRecord(prefix: "hs_\(digest)", digest: digest, account: account, createdAt: clock.now())
        )
    }

    private func passkey(_ id: String, of account: AccountID) async throws {
        try await store.create(
            PasskeyRecord(id: id, account: account, name: "phone", content: "{}", createdAt: clock.now()),
            promotingTo: "free"
        )
    }

    private func forget(
        _ passkey: String,
        of account: AccountID,
        askedBy credential: String?
    ) async throws -> PasskeyRemoval {
        try await store.forget(passkey: passkey, of: account, askedBy: credential, at: clock.now())
    }

    private func valid(_ digests: String...) async throws -> [String] {
        try await store.holders(ofKeyDigests: Set(digests), at: clock.now()).keys.sorted()
    }

    @Test("Only what is valid has a holder: not what was revoked, has ended, ended with its key, or never was")
    func holders() async throws {
        try await key("key", of: mine)
        try await session("of key", of: mine, parent: "key")
        try await session("own", of: yours)
        #expect(try await valid("key", "of key", "own", "'; DROP TABLE keys; --", "") == ["key", "of key", "own"])
        #expect(try await store.holders(ofKeyDigests: ["own"], at: clock.now())["own"]?.id == yours)
        #expect(try await store.holders(ofKeyDigests: [], at: clock.now()).isEmpty)
        _ = try await store.revokeKeys(prefix: "hs_key", at: clock.now())
        #expect(try await valid("key", "of key", "own") == ["own"])
        clock.advance(bySeconds: 1_001)
        #expect(try await valid("own") == [])
    }

    @Test("Forgetting a passkey ends the sessions that it opened, and no others")
    func forgetsPasskeys() async throws {
        try await passkey("p", of: mine)
        try await passkey("q", of: mine)
        try await session("by p", of: mine, parent: KeyRecord.Session.parent(passkey: "p"))
        try await session("by q", of: mine, parent: KeyRecord.Session.parent(passkey: "q"))
        try await session("own", of: mine)
        try await session("theirs", of: yours, parent: KeyRecord.Session.parent(passkey: "p"))
        let all = ["by p", "by q", "own", "theirs"]
        #expect(try await valid("by p", "by q", "own", "theirs") == all)
        #expect(try await forget("p", of: yours, askedBy: "theirs") == .unknown)
        #expect(try await valid("by p", "by q", "own", "theirs") == all)
        #expect(try await forget("p", of: mine, askedBy: "by q") == .forgotten(endsOwnSession: false))
        #expect(try await valid("by p", "by q", "own", "theirs") == ["by q", "own", "theirs"])
    }

    @Test("The session that asks may end with its passkey only while there is another way back")
    func keepsOnlyWayIn() async throws {
        try await passkey("p", of: mine)
        try await session("by p", of: mine, parent: KeyRecord.Session.parent(passkey: "p"))
        try await session("own", of: mine)
        try await key("theirs", of: yours)
        try await passkey("their passkey", of: yours)
        #expect(try await forget("p", of: mine, askedBy: "by p") == .onlyWayIn)
        #expect(try await store.passkeys(of: mine).map(\.id) == ["p"])
        #expect(try await valid("by p") == ["by p"])
        // A key that was revoked opens nothing.
        try await key("key", of: mine)
        try await store.revokeKey(digest: "key", at: clock.now())
        #expect(try await forget("p", of: mine, askedBy: "by p") == .onlyWayIn)
        // Another passkey does.
        try await passkey("q", of: mine)
        #expect(try await forget("p", of: mine, askedBy: "by p") == .forgotten(endsOwnSession: true))
        #expect(try await valid("by p", "own") == ["own"])
        // A session that stays is as good as a guest's.
        #expect(try await forget("q", of: mine, askedBy: "own") == .forgotten(endsOwnSession: false))
        #expect(try await store.passkeys(of: mine).isEmpty)
    }

    @Test("No session is made of a key that was revoked meanwhile, nor of a passkey that was forgotten")
    func opensNothing() async throws {
        try await key("key", of: mine)
        try await passkey("p", of: mine)
        try await passkey("q", of: mine)
        let parents = ["key", KeyRecord.Session.parent(passkey: "p")]
        for parent in parents { #expect(try await session("by \(parent)", of: mine, parent: parent)) }
        try await store.revokeKey(digest: "key", at: clock.now())
        _ = try await forget("p", of: mine, askedBy: nil)
        for parent in parents { #expect(try await !session("late by \(parent)", of: mine, parent: parent)) }
        #expect(try await valid("late by key", "late by passkey:p").isEmpty)
        #expect(try await session("by q", of: mine, parent: KeyRecord.Session.parent(passkey: "q")))
    }

    @Test("All other sessions of an account end, its keys and everybody else's stay")
    func endsOthers() async throws {
        try await key("key", of: mine)
        for name in ["one", "two", "three"] { try await session(name, of: mine) }
        try await session("theirs", of: yours)
        #expect(try await store.endSessions(of: mine, except: "two", at: clock.now()) == 2)
        #expect(try await valid("key", "one", "two", "three", "theirs") == ["key", "theirs", "two"])
        #expect(try await store.endSessions(of: mine, except: "key", at: clock.now()) == 1)
        #expect(try await valid("key", "two") == ["key"])
        #expect(try await store.endSessions(of: yours, except: nil, at: clock.now()) == 1)
    }

    @Test("An account is established by a key at once, by a passkey after a while")
    func establishes() async throws {
        func isEstablished() async throws -> Bool {
            try await store.isEstablished(mine, since: clock.now().advanced(bySeconds: -86_400))
        }
        #expect(try await !isEstablished())
        try await passkey("p", of: mine)
        #expect(try await !isEstablished())
        clock.advance(bySeconds: 86_400)
        #expect(try await isEstablished())
        _ = try await forget("p", of: mine, askedBy: nil)
        #expect(try await !isEstablished())
        try await key("key", of: mine)
        #expect(try await isEstablished())
    }

    // MARK: Contacts

    /// An account's decision with an appeal against it.
    private func appeal(_ id: String, of account: AccountID) async throws {
        let now = clock.now()
        let decision = DecisionRecord(
            id: id,
            kind: .prompt,
            state: .refused,
            at: now,
            policy: "considerate",
            rule: "rule",
            reason: "why",
            account: account,
            expiresAt: now
        )
        let appeal = AppealRecord(decision: id, at: now, text: "I am Ann", contact: "\(id)@example.org")
        _ = try await store.record(
            [.decide(decision), .appeal(appeal)],
            [LedgerDraft("appeal.filed", subject: LedgerDraft.subject(ofSecret: id))],
            at: now
        )
    }

    private func isWhole() async throws -> Bool { try await LedgerCheck.run(over: store, noted: nil).fault == nil }

    /// Whether any file of the database holds these words.
    private func isKept(_ text: String) throws -> Bool {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return names.contains { name in
            FileManager.default.contents(atPath: "\(folder.path)/\(name)")?.range(of: Data(text.utf8)) != nil
        }
    }

    @Test("An account's appeals go with it, and their contacts are in no file any more")
    func forgetsAppeals() async throws {
        try await appeal("dec_mine", of: mine)
        try await appeal("dec_yours", of: yours)
        _ = try await store.forget(mine)
        #expect(try await store.appeal(of: "dec_mine") == nil)
        #expect(try await store.decision("dec_mine")?.account == nil)
        #expect(try await store.appeal(of: "dec_yours")?.contact == "dec_yours@example.org")
        #expect(try !isKept("dec_mine@example.org"))
        #expect(try await isWhole())
    }

    @Test("Contacts of appeals and opt-outs are erased after their time, once, and the ledger says so")
    func erasesContacts() async throws {
        try await appeal("dec_old", of: mine)
        _ = try await store.record(
            [.optOut(event: "{}"), .optOutContact(id: "out_old", contact: "old@example.org")],
            [LedgerDraft("opt-out.requested", subject: "s")],
            at: clock.now()
        )
        clock.advance(bySeconds: 100)
        try await appeal("dec_new", of: mine)
        let moment = clock.now().advanced(bySeconds: -50)
        #expect(try await store.eraseContacts(before: moment, at: clock.now()) == 2)
        #expect(try await store.eraseContacts(before: moment, at: clock.now()) == 0)
        #expect(try await store.appeal(of: "dec_old")?.contact == nil)
        #expect(try await store.appeal(of: "dec_old")?.text == "I am Ann")
        #expect(try await store.contact(ofOptOut: "out_old") == nil)
        #expect(try await store.appeal(of: "dec_new")?.contact == "dec_new@example.org")
        #expect(try !isKept("dec_old@example.org") && !isKept("old@example.org"))
        let kinds = try await store.ledger(after: 0, limit: 10).map(\.kind)
        #expect(kinds == ["appeal.filed", "opt-out.requested", "appeal.filed", "contact.erased"])
        #expect(try await isWhole())
    }
}
