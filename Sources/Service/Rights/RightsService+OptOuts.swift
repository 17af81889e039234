internal import Foundation
public import PromptPolicy
public import Records
internal import SurgeCore
internal import Synchronization

/// Artists and right holders who do not want to be imitated.
extension RightsService {
    public enum OptOutDecision: String, Hashable, Sendable, CaseIterable {
        case accept
        case decline
        case withdraw
    }

    public func optOut(_ id: String) throws(RightsError) -> OptOutEntry {
        guard let entry = state.withLock({ $0.optOuts.entries[id] }) else { throw .notFound("opt-out") }
        return entry
    }

    /// The oldest first.
    public func optOuts(in wanted: OptOutEntry.State?) -> [OptOutEntry] {
        state.withLock { $0.optOuts.entries.values.filter { wanted == nil || $0.state == wanted } }
            .sorted { ($0.requestedAt, $0.id) < ($1.requestedAt, $1.id) }
    }

    /// How many are in force.
    public var acceptedOptOutCount: Int {
        state.withLock { $0.optOuts.entries.values.count { $0.state == .accepted } }
    }

    /// Somebody asks not to be imitated. - Returns: the entry; its id is the secret of whoever asked.
    public func request(_ request: OptOutRegistry.Request, contact: String?) async throws(RightsError) -> OptOutEntry {
        let id = Self.name("out")
        let more: [RightsChange] = contact.map { [.optOutContact(id: id, contact: $0)] } ?? []
        return try await apply(.request(id: id, request), to: id, "opt-out.requested", by: nil, reason: nil, more)
    }

    /// Whoever asked takes it back.
    public func withdraw(optOut id: String) async throws(RightsError) -> OptOutEntry {
        try await apply(.withdraw(id: id), to: id, "opt-out.withdrawn", by: nil, reason: nil)
    }

    /// An operator decides. In force on return, here; on other servers with the same records within seconds.
    public func decide(
        optOut id: String,
        _ decision: OptOutDecision,
        reason: String,
        by account: Account
    ) async throws(RightsError) -> OptOutEntry {
        let (event, kind): (OptOutRegistry.Event, String) =
            switch decision {
            case .accept: (.accept(id: id, by: account.name, reason: reason), "opt-out.accepted")
            case .decline: (.decline(id: id, by: account.name, reason: reason), "opt-out.declined")
            case .withdraw: (.withdraw(id: id), "opt-out.withdrawn")
            }
        return try await apply(event, to: id, kind, by: account, reason: reason)
    }

    private func apply(
        _ event: OptOutRegistry.Event,
        to id: String,
        _ kind: String,
        by account: Account?,
        reason: String?,
        _ more: [RightsChange] = []
    ) async throws(RightsError) -> OptOutEntry {
        // Tried first, so that nothing is written down that makes no sense.
        var trial = state.withLock { $0.optOuts }
        let now = clock.now().unixSeconds
        do throws(OptOutError) {
            try trial.apply(event, at: max(now, trial.entries[id]?.changedAt ?? now))
        } catch {
            throw RightsError(error)
        }
        guard let text = try? JSONEncoder().encode(event) else {
            throw .records(.database(reason: "an opt-out cannot be written"))
        }
        let entry = LedgerDraft(
            kind,
            subject: LedgerDraft.subject(ofSecret: id),
            actor: account?.id.rawValue ?? "",
            detail: reason.map { ["reason": $0] } ?? [:]
        )
        try await change([.optOut(event: String(decoding: text, as: UTF8.self))] + more, [entry])
        return try optOut(id)
    }
}

extension RightsError {
    fileprivate init(_ error: OptOutError) {
        switch error {
        case .unknown: self = .notFound("opt-out")
        case .notPossible: self = .notPossible(code: "not_possible", problem: error.description)
        case .missing(let field), .tooLong(let field, _), .notAName(let field):
            self = .invalid(field: field == "otherNames" ? "other_names" : field, problem: error.description)
        case .tooManyNames: self = .invalid(field: "other_names", problem: error.description)
        case .idInUse, .timeWentBack: self = .notPossible(code: "not_possible", problem: error.description)
        }
    }
}
