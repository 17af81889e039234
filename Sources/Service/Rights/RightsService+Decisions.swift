internal import PromptPolicy
public import Records
internal import SurgeCore
internal import Synchronization
internal import WorkRegistry

/// What was decided, and what is said against it.
extension RightsService {
    public static let longestAppeal = 4_000
    public static let longestContact = 300
    public static let longestReason = 500

    /// Writes down what speaks against a job's picture. - Returns: what the job's owner is told.
    func decide(_ finding: RightsFinding, job: JobID, account: AccountID) async throws(RecordsError) -> FailureRecord {
        let now = clock.now()
        let decision = DecisionRecord(
            id: Self.name("dec"),
            kind: finding.place == .upload ? .upload : .output,
            state: finding.isForReview ? .held : .refused,
            at: now,
            policy: instruments.policy.name,
            rule: finding.rule,
            reason: finding.reason,
            account: account,
            job: job,
            digest: finding.isForReview ? finding.picture?.digest ?? finding.digest : finding.digest,
            picture: finding.isForReview ? finding.picture : nil,
            expiresAt: now.advanced(bySeconds: configuration.reviewDays * 86_400)
        )
        let kind = "\(finding.place.rawValue).\(finding.isForReview ? "held" : "refused")"
        let facts = ["policy": decision.policy, "rule": finding.rule, "job": job.rawValue]
        let entry = LedgerDraft(
            kind,
            subject: LedgerDraft.subject(ofSecret: decision.id),
            actor: account.rawValue,
            detail: facts.merging(finding.detail) { first, _ in first }
        )
        _ = try await store.record([.decide(decision)], [entry], at: now)
        metrics.decided(kind)
        let failure = PaintError.blocked(finding).failure
        return FailureRecord(code: failure.code, message: failure.message, decision: decision.id)
    }

    /// A decision and what is said against it.
    public struct DecisionStanding: Hashable, Sendable {
        public let decision: DecisionRecord
        public let appeal: AppealRecord?
    }

    public func decision(_ id: String) async throws(RightsError) -> DecisionStanding {
        do {
            guard let decision = try await store.decision(id) else { throw RightsError.notFound("decision") }
            return DecisionStanding(decision: decision, appeal: try await store.appeal(of: id))
        } catch {
            throw RightsError(error)
        }
    }

    /// Says something against a decision. Whoever has its id may, once.
    public func appeal(_ id: String, text: String, contact: String?) async throws(RightsError) -> DecisionStanding {
        let standing = try await decision(id)
        guard standing.appeal == nil else {
            throw .notPossible(code: "already_appealed", problem: "there is an appeal against this decision already")
        }
        guard standing.decision.state != .released, standing.decision.state != .overturned else {
            throw .notPossible(code: "not_appealable", problem: "the decision was taken back already")
        }
        let now = clock.now()
        let appeal = AppealRecord(decision: id, at: now, text: text, contact: contact)
        let entry = LedgerDraft("appeal.filed", subject: LedgerDraft.subject(ofSecret: id))
        do {
            _ = try await store.record([.appeal(appeal)], [entry], at: now)
        } catch {
            // Two at once: the second finds the first.
            if let known = try? await decision(id), known.appeal != nil {
                throw .notPossible(
                    code: "already_appealed",
                    problem: "there is an appeal against this decision already"
                )
            }
            throw .records(error)
        }
        return try await decision(id)
    }

    /// An operator's answer to an appeal.
    public func answer(
        appeal id: String,
        overturns: Bool,
        reason: String,
        by account: Account
    ) async throws(RightsError) -> DecisionStanding {
        let standing = try await decision(id)
        guard let appeal = standing.appeal else { throw .notFound("appeal") }
        guard appeal.state == .open else {
            throw .notPossible(code: "already_answered", problem: "the appeal was answered already")
        }
        var changes: [RightsChange] = [.answer(decision: id, overturns ? .overturned : .upheld, answer: reason)]
        if overturns { changes += undoing(standing.decision) }
        var entries = [
            LedgerDraft(
                overturns ? "appeal.overturned" : "appeal.upheld",
                subject: LedgerDraft.subject(ofSecret: id),
                actor: account.id.rawValue,
                detail: ["reason": reason]
            )
        ]
        for case .withdraw(let work) in changes {
            entries.append(LedgerDraft("work.withdrawn", subject: work, actor: account.id.rawValue))
        }
        try await change(changes, entries)
        return try await decision(id)
    }

    /// An operator has looked at what was held back.
    public func review(
        _ id: String,
        releases: Bool,
        reason: String,
        by account: Account
    ) async throws(RightsError) -> DecisionStanding {
        let decision = try await decision(id).decision
        guard decision.state == .held else {
            throw .notPossible(code: "not_held", problem: "nothing is held back by this decision")
        }
        var changes: [RightsChange] = [.change(decision: id, to: releases ? .released : .refused)]
        if releases, decision.kind == .upload, let digest = decision.digest { changes.append(.clear(upload: digest)) }
        let entry = LedgerDraft(
            releases ? "review.released" : "review.refused",
            subject: LedgerDraft.subject(ofSecret: id),
            actor: account.id.rawValue,
            detail: ["reason": reason]
        )
        try await change(changes, [entry])
        return try await self.decision(id)
    }

    /// What it takes to take a decision back.
    private func undoing(_ decision: DecisionRecord) -> [RightsChange] {
        var changes: [RightsChange] = [.change(decision: decision.id, to: .overturned)]
        switch decision.kind {
        case .prompt: break
        // A picture that was held back goes to its owner. One that was refused outright is not kept: it can be asked for
        // again.
        case .output:
            if decision.picture != nil {
                changes[0] = .change(decision: decision.id, to: .released)
            } else if let photo = decision.digest {
                changes.append(.clear(upload: photo))
            }
        case .upload: if let digest = decision.digest { changes.append(.clear(upload: digest)) }
        case .takedown:
            changes.append(.restore(decision: decision.id))
            let isRegistered = { (work: String) in self.registry.withLock { $0[work]?.state == .registered } }
            if let work = decision.rule, isRegistered(work) { changes.append(.withdraw(work: work)) }
        }
        return changes
    }

    /// Makes changes and has them in force on return.
    func change(_ changes: [RightsChange], _ entries: [LedgerDraft]) async throws(RightsError) {
        do {
            _ = try await store.record(changes, entries, at: clock.now())
            for entry in entries { metrics.decided(entry.kind) }
            try await refresh()
        } catch {
            throw .records(error)
        }
    }

    /// How many files are taken down.
    public var takenDownCount: Int { state.withLock { $0.takenDown.count } }

    /// The decision by which a file was taken down; nil: it was not.
    public func takedown(of digest: String) -> String? {
        state.withLock { $0.takenDown[digest] }
    }
}

extension RightsError {
    init(_ error: any Error) {
        switch error {
        case let error as RightsError: self = error
        case let error as RecordsError: self = .records(error)
        default: self = .records(.database(reason: "\(error)"))
        }
    }
}
