/// Who asked not to be imitated, and what was decided: a state machine without clock or storage.
///
/// Events go in, with their time; the same events make the same registry. Whoever keeps it stores events or the value itself
/// (it is `Codable`), and makes a new ``OptOutSnapshot`` for screening whenever it changed.
///
///     requested ──accept──▶ accepted ──withdraw──▶ withdrawn
///         │  ╲──withdraw──────────────────────────▶    ▲
///         ╰──decline──▶ declined ──accept──▶ accepted  │
///
/// A declined request may be accepted later, on appeal, and an accepted one be declined when its evidence turns out false.
/// A withdrawn one stays withdrawn: who changes their mind again sends a new request.
public struct OptOutRegistry: Hashable, Codable, Sendable {
    /// What somebody asks for.
    public struct Request: Hashable, Codable, Sendable {
        public var kind: OptOutEntry.Kind
        public var name: String
        public var otherNames: [String]
        public var scope: Set<OptOutEntry.Scope>
        public var evidence: String
        public var look: String?

        public init(
            kind: OptOutEntry.Kind,
            name: String,
            otherNames: [String] = [],
            scope: Set<OptOutEntry.Scope>,
            evidence: String,
            look: String? = nil
        ) {
            self.kind = kind
            self.name = name
            self.otherNames = otherNames
            self.scope = scope
            self.evidence = evidence
            self.look = look
        }
    }

    public enum Event: Hashable, Codable, Sendable {
        /// - Parameter id: new, chosen by whoever keeps the registry.
        case request(id: String, Request)
        case accept(id: String, by: String, reason: String?)
        case decline(id: String, by: String, reason: String)
        case withdraw(id: String)

        /// The entry that it concerns.
        public var id: String {
            switch self {
            case .request(let id, _), .accept(let id, _, _), .decline(let id, _, _), .withdraw(let id): id
            }
        }
    }

    /// The longest name, and the most of them in one request: nobody needs more, and all are searched in every prompt.
    public static let longestName = 100
    public static let mostNames = 40
    public static let longestEvidence = 10_000

    /// By id.
    public private(set) var entries: [String: OptOutEntry] = [:]

    public init() {}

    /// Those in force, in the order of their ids.
    public var accepted: [OptOutEntry] {
        entries.values.filter { $0.state == .accepted }.sorted { $0.id < $1.id }
    }

    /// - Parameter time: seconds since 1970.
    /// - Returns: the entry as it is now.
    @discardableResult
    public mutating func apply(_ event: Event, at time: Int64) throws(OptOutError) -> OptOutEntry {
        switch event {
        case .request(let id, let request):
            guard entries[id] == nil else { throw .idInUse(id) }
            let entry = try Self.entry(id, request, time)
            entries[id] = entry
            return entry
        case .accept(let id, let operatorName, let reason):
            return try change(id, to: .accepted, from: [.requested, .declined], by: operatorName, reason, time)
        case .decline(let id, let operatorName, let reason):
            return try change(id, to: .declined, from: [.requested, .accepted], by: operatorName, reason, time)
        case .withdraw(let id):
            return try change(id, to: .withdrawn, from: [.requested, .accepted], by: nil, nil, time)
        }
    }

    private static func entry(_ id: String, _ request: Request, _ time: Int64) throws(OptOutError) -> OptOutEntry {
        for (field, name) in [("name", request.name)] + request.otherNames.map({ ("otherNames", $0) }) {
            guard name.unicodeScalars.count <= longestName else { throw .tooLong(field: field, limit: longestName) }
            guard FoldedText(name).native.count >= 2 else { throw .notAName(field: field) }
        }
        guard request.otherNames.count < mostNames else { throw .tooManyNames(limit: mostNames) }
        guard !request.scope.isEmpty else { throw .missing(field: "scope") }
        guard request.evidence.contains(where: { !$0.isWhitespace }) else { throw .missing(field: "evidence") }
        guard request.evidence.unicodeScalars.count <= longestEvidence else {
            throw .tooLong(field: "evidence", limit: longestEvidence)
        }
        if let look = request.look, look.unicodeScalars.count > longestName {
            throw .tooLong(field: "look", limit: longestName)
        }
        return OptOutEntry(
            id: id,
            kind: request.kind,
            name: request.name,
            otherNames: request.otherNames,
            scope: request.scope,
            evidence: request.evidence,
            look: request.look,
            state: .requested,
            requestedAt: time,
            changedAt: time
        )
    }

    private mutating func change(
        _ id: String,
        to state: OptOutEntry.State,
        from allowed: Set<OptOutEntry.State>,
        by operatorName: String?,
        _ reason: String?,
        _ time: Int64
    ) throws(OptOutError) -> OptOutEntry {
        guard var entry = entries[id] else { throw .unknown(id) }
        guard allowed.contains(entry.state) else { throw .notPossible(id: id, from: entry.state, to: state) }
        guard time >= entry.changedAt else { throw .timeWentBack(id: id) }
        entry.state = state
        entry.changedAt = time
        if let operatorName {
            entry.decidedBy = operatorName
            entry.decisionReason = reason
        }
        entries[id] = entry
        return entry
    }
}
