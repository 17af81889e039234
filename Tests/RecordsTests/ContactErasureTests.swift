import Foundation
import Records
import SurgeCore
import TestKit
import Testing

/// What is erased from SQLite is in none of its files.
@Suite("Erased contacts")
struct ContactErasureTests {
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

    @Test("The contacts of an account's appeals go with it")
    func forgetsAppeals() async throws {
        try await appeal("dec_mine", of: mine)
        try await appeal("dec_yours", of: yours)
        _ = try await store.forget(mine)
        #expect(try !isKept("dec_mine@example.org") && isKept("dec_yours@example.org"))
        #expect(try await isWhole())
    }

    @Test("Contacts of appeals and opt-outs are in no file after their time")
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
        #expect(try !isKept("dec_old@example.org") && !isKept("old@example.org"))
        #expect(try await isWhole())
    }
}
