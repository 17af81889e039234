import Foundation
import GRDB
import SurgeCore
import TestKit
import Testing

@testable import Records

/// The ledger of decisions, in a real database.
@Suite("The ledger")
struct LedgerTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let clock = ManualClock()

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
    }

    private func fill(_ count: Int) async throws {
        for number in 1...count {
            clock.advance(bySeconds: 1)
            let entry = LedgerDraft(
                "takedown",
                subject: "dec_\(number)",
                actor: "acct",
                detail: ["reason": "é\(number)"]
            )
            _ = try await store.record([], [entry], at: clock.now())
        }
    }

    private func check(noted: LedgerCheck.Head? = nil) async throws -> LedgerCheck {
        var check = LedgerCheck(noted: noted)
        for entry in try await store.ledger(after: 0, limit: 1_000) { check.add(entry) }
        check.finish()
        return check
    }

    /// Changes the ledger as somebody would who has the file, behind the triggers.
    private func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: folder.path + "/heatsink.sqlite")
        try queue.write { database in
            try database.execute(sql: "DROP TRIGGER ledger_is_not_changed; DROP TRIGGER ledger_is_not_shortened;")
            try database.execute(sql: sql)
        }
    }

    @Test("What was written is a whole chain, numbered from 1, each with the hash of the one before it")
    func isWhole() async throws {
        #expect(try await check().head == nil)
        try await fill(20)
        let checked = try await check()
        #expect(checked.fault == nil)
        #expect(checked.entries == 20)
        let entries = try await store.ledger(after: 0, limit: 100)
        #expect(entries.map(\.sequence) == Array(1...20))
        #expect(entries.first?.previous == LedgerRecord.origin)
        #expect(try await store.ledger(before: 19, limit: 2).map(\.sequence) == [18, 17])
        #expect(checked.head.flatMap { LedgerCheck.Head($0.description) } == checked.head)
    }

    @Test("The hash is what the documentation says", arguments: [""])
    func isDocumented(empty: String) {
        let entry = LedgerRecord(
            sequence: 1,
            at: 2,
            kind: "k",
            subject: "s",
            actor: empty,
            detail: "{}",
            previous: "p",
            hash: ""
        )
        let bytes: [UInt8] =
            [1, 0, 0, 0, 0x70, 1, 0, 0, 0, 0x31, 1, 0, 0, 0, 0x32, 1, 0, 0, 0, 0x6B, 1, 0, 0, 0, 0x73]
            + [0, 0, 0, 0, 2, 0, 0, 0, 0x7B, 0x7D]
        #expect(entry.digest == Digest.hexadecimal(of: bytes))
    }

    @Test(
        "Every field that is changed is found",
        arguments: [
            "kind = 'x'", "subject = 'x'", "actor = 'x'", "detail = '{}'", "at = at + 1", "hash = previous",
            "previous = hash",
        ]
    )
    func findsChanges(assignment: String) async throws {
        try await fill(6)
        try tamper("UPDATE ledger SET \(assignment) WHERE sequence = 4")
        let fault = try #require(try await check().fault)
        #expect(
            [.changed(sequence: 4), .unlinked(sequence: 4)].contains(fault),
            "\(fault)"
        )
    }

    @Test("An entry that is taken out, put in or moved is found")
    func findsGaps() async throws {
        try await fill(6)
        try tamper("DELETE FROM ledger WHERE sequence = 3")
        #expect(try await check().fault == .gap(expected: 3, found: 4))
    }

    @Test("A chain that is written anew from some entry on is found by who noted its head")
    func findsRewriting() async throws {
        try await fill(6)
        let noted = try await check().head
        try tamper("DELETE FROM ledger WHERE sequence > 4")
        #expect(try await check().fault == nil)
        #expect(try await check(noted: noted).fault == .headMissing(sequence: 6))
        try await fill(4)
        #expect(try await check(noted: noted).fault == .headMissing(sequence: 6))
    }

    @Test(
        "The database itself refuses to change or shorten it",
        arguments: ["UPDATE ledger SET kind = 'x'", "DELETE FROM ledger"]
    )
    func isOnlyAddedTo(sql: String) async throws {
        try await fill(2)
        let queue = try DatabaseQueue(path: folder.path + "/heatsink.sqlite")
        #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: sql) } }
        #expect(try await check().entries == 2)
    }

    @Test("What was erased is in no file any more")
    func leavesNoTrace() async throws {
        let now = clock.now()
        let words = "a violet hippopotamus"
        for number in 0..<200 {
            let decision = DecisionRecord(
                id: "dec_\(number)",
                kind: .prompt,
                state: .refused,
                at: now,
                policy: "p",
                rule: nil,
                reason: "because",
                account: nil,
                expiresAt: now
            )
            let text = DecisionText(decision: decision.id, text: words, salt: "\(number)", expiresAt: now)
            _ = try await store.record([.decide(decision), .keep(text)], [], at: now)
        }
        func isKept() throws -> Bool {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { name in
                FileManager.default.contents(atPath: "\(folder.path)/\(name)")?.range(of: Data(words.utf8)) != nil
            }
        }
        #expect(try isKept())
        clock.advance(bySeconds: 1)
        #expect(try await store.eraseTexts(expiredBefore: clock.now()) == 200)
        #expect(try !isKept())
    }
}
