import Records
import SurgeCore
import TestKit
import Testing

/// The stores that must pass the contract.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite = "SQLite"
    case inMemory = "in memory"

    var testDescription: String { rawValue }
}

/// A new store of some kind with two accounts, and short ways to fill it.
final class StoreWorld: Sendable {
    let store: any RecordStore
    let clock = ManualClock()
    /// A guest's.
    let mine = AccountID(rawValue: "acct_mine")
    /// A member's.
    let yours = AccountID(rawValue: "acct_yours")
    private let folder: TemporaryFolder

    init(_ kind: StoreKind) async throws {
        folder = try TemporaryFolder()
        switch kind {
        case .sqlite: store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        case .inMemory: store = InMemoryStore()
        }
        var guest = Account(id: mine, name: "guest", plan: "guest", createdAt: clock.now())
        guest.isGuest = true
        try await store.create(guest)
        try await store.create(Account(id: yours, name: "member", plan: "free", createdAt: clock.now()))
    }

    func later(_ seconds: Double) -> Instant { clock.now().advanced(bySeconds: seconds) }

    // MARK: Accounts

    func addKey(_ digest: String, of account: AccountID) async throws {
        try await store.create(
            KeyRecord(prefix: "hs_\(digest)", digest: digest, account: account, createdAt: clock.now())
        )
    }

    /// Opens a session of a thousand seconds. - Returns: whether it was kept.
    @discardableResult
    func open(_ digest: String, of account: AccountID, parent: String? = nil) async throws -> Bool {
        try await store.create(
            KeyRecord(
                prefix: "session",
                digest: digest,
                account: account,
                createdAt: clock.now(),
                session: KeyRecord.Session(expiresAt: later(1_000), parent: parent)
            )
        )
    }

    func addPasskey(_ id: String, of account: AccountID) async throws {
        try await store.create(
            PasskeyRecord(id: id, account: account, name: "phone", content: "{}", createdAt: clock.now()),
            promotingTo: "free"
        )
    }

    func forget(
        passkey: String,
        of account: AccountID,
        askedBy credential: String? = nil
    ) async throws -> PasskeyRemoval {
        try await store.forget(passkey: passkey, of: account, askedBy: credential, at: clock.now())
    }

    /// Those of these keys and sessions that are valid, sorted.
    func valid(_ digests: String...) async throws -> [String] {
        try await store.holders(ofKeyDigests: Set(digests), at: clock.now()).keys.sorted()
    }

    // MARK: Jobs

    func job(
        _ name: String,
        of account: AccountID? = nil,
        fingerprint: String? = nil,
        key: String? = nil
    ) -> JobRecord {
        JobRecord(
            id: JobID(rawValue: name),
            account: account ?? mine,
            createdAt: clock.now(),
            expiresAt: later(100),
            fingerprint: fingerprint ?? name,
            idempotencyKey: key,
            request: "{}",
            inputs: ["photo of \(name)"],
            rung: "512"
        )
    }

    func accept(_ job: JobRecord) async throws -> Acceptance {
        try await store.accept(job, recently: later(-600))
    }

    func start(_ name: String) async throws -> Int? {
        try await store.start(JobID(rawValue: name), rung: "384", loweredBecause: "load", at: clock.now())
    }

    @discardableResult
    func settle(_ name: String, _ outcome: JobOutcome) async throws -> JobRecord? {
        try await store.settle(
            JobID(rawValue: name),
            outcome,
            Settlement(deviceSeconds: 1, millicredits: 7, model: "meadow"),
            at: clock.now(),
            expiresAt: later(100)
        )
    }

    /// A job that ended with one picture.
    func complete(_ name: String, of account: AccountID? = nil, digest: String) async throws {
        #expect(try await accept(job(name, of: account)) == .new)
        try await settle(name, .completed([Self.picture(digest)]))
    }

    static func picture(_ digest: String, mark: UInt64? = nil) -> PictureRecord {
        PictureRecord(digest: digest, format: "png", width: 1, height: 2, revisedPrompt: "p", mark: mark)
    }

    func share(_ id: String, _ digest: String, job: String = "one", seconds: Double = 1_000) -> ShareRecord {
        ShareRecord(
            id: id,
            account: mine,
            job: JobID(rawValue: job),
            task: 0,
            picture: Self.picture(digest),
            model: "meadow",
            words: "a lighthouse",
            createdAt: clock.now(),
            expiresAt: later(seconds)
        )
    }

    // MARK: Rights

    func decision(
        _ id: String,
        _ state: DecisionRecord.State,
        of account: AccountID? = nil,
        digest: String? = nil,
        seconds: Double = 60
    ) -> DecisionRecord {
        DecisionRecord(
            id: id,
            kind: digest == nil ? .prompt : .upload,
            state: state,
            at: clock.now(),
            policy: "considerate",
            rule: "rule",
            reason: "because",
            account: account,
            digest: digest,
            expiresAt: later(seconds)
        )
    }

    @discardableResult
    func record(_ changes: [RightsChange], _ kinds: String...) async throws -> [LedgerRecord] {
        try await store.record(changes, kinds.map { LedgerDraft($0, subject: "s") }, at: clock.now())
    }

    /// An account's decision with an appeal against it.
    func appeal(_ id: String, of account: AccountID) async throws {
        let appeal = AppealRecord(decision: id, at: clock.now(), text: "I am Ann", contact: "\(id)@example.org")
        try await record([.decide(decision(id, .refused, of: account)), .appeal(appeal)], "appeal.filed")
    }

    var kindsInLedger: [String] {
        get async throws { try await store.ledger(after: 0, limit: 100).map(\.kind) }
    }

    func isLedgerWhole() async throws -> Bool { try await LedgerCheck.run(over: store).fault == nil }
}
