package import SurgeCore

/// Something that was decided, before it has its place in the ledger.
public struct LedgerDraft: Hashable, Sendable, Codable {
    /// What happened, such as `prompt.refused`; `Docs/Ledger.md` lists all.
    public let kind: String
    /// What it happened to: a job's id, a work's, a plan's name; for a decision or an opt-out see ``subject(ofSecret:)``.
    public let subject: String
    /// Whose doing it was: an account's id; empty for nobody's.
    public let actor: String
    /// Rules, policies, digests. Never a prompt's text.
    public let detail: [String: String]

    public init(_ kind: String, subject: String, actor: String = "", detail: [String: String] = [:]) {
        self.kind = kind
        self.subject = subject
        self.actor = actor
        self.detail = detail
    }

    /// How the ledger calls what can be changed by whoever knows its id: `dec~`, and 24 digits of the id's SHA-256. Whoever
    /// has the id finds the entry; whoever has the ledger does not find the id.
    public static func subject(ofSecret id: String) -> String {
        "\(id.prefix { $0 != "_" })~\(Digest.hexadecimal(of: Array(id.utf8)).prefix(24))"
    }
}

/// An entry of the ledger. Each holds the hash of the one before it, so none can be changed, taken out or put in without
/// all that follow being written anew.
public struct LedgerRecord: Hashable, Sendable, Codable {
    /// What the first entry holds in the place of a hash before it.
    public static let origin = String(repeating: "0", count: 64)

    /// 1, 2, 3, …
    public let sequence: Int64
    /// Microseconds since 1970.
    public let at: Int64
    public let kind: String
    public let subject: String
    public let actor: String
    /// A JSON object of strings with sorted keys, byte for byte as it was hashed.
    public let detail: String
    /// The hash of the entry before; ``origin`` for the first.
    public let previous: String
    /// SHA-256 of all of the above, in hexadecimal; see ``digest``.
    public let hash: String

    public init(
        sequence: Int64,
        at: Int64,
        kind: String,
        subject: String,
        actor: String,
        detail: String,
        previous: String,
        hash: String
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.subject = subject
        self.actor = actor
        self.detail = detail
        self.previous = previous
        self.hash = hash
    }

    /// The entry that follows `last`.
    package init(_ draft: LedgerDraft, after last: (sequence: Int64, hash: String)?, at now: Instant) throws {
        let open = LedgerRecord(
            sequence: (last?.sequence ?? 0) + 1,
            at: now.microseconds,
            kind: draft.kind,
            subject: draft.subject,
            actor: draft.actor,
            detail: try RecordText.encode(draft.detail),
            previous: last?.hash ?? Self.origin,
            hash: ""
        )
        self.init(
            sequence: open.sequence,
            at: open.at,
            kind: open.kind,
            subject: open.subject,
            actor: open.actor,
            detail: open.detail,
            previous: open.previous,
            hash: open.digest
        )
    }

    /// What the hash must be: SHA-256 of the seven fields as UTF-8 text, numbers in decimal, each behind its length in
    /// bytes as four bytes, the least significant first. So no two different entries are hashed as the same bytes.
    public var digest: String {
        var bytes: [UInt8] = []
        for field in [previous, String(sequence), String(at), kind, subject, actor, detail] {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: field.utf8.count).littleEndian) {
                bytes.append(contentsOf: $0)
            }
            bytes.append(contentsOf: field.utf8)
        }
        return Digest.hexadecimal(of: bytes)
    }

    /// The detail as a dictionary; empty when it is no object of strings.
    public var details: [String: String] { (try? RecordText.decode(detail)) ?? [:] }
}
