internal import Foundation
internal import PromptPolicy
public import Records
internal import SurgeCore
internal import Synchronization

/// What is asked for.
extension RightsService {
    /// What the policy makes of a request.
    public enum Screening: Hashable, Sendable {
        /// Nothing to say.
        case clear
        /// Something else is painted, or something is said of it.
        case noted(prompt: String, style: String?, RightsNote)
        case refused(PromptRefusal)
    }

    public struct PromptRefusal: Hashable, Sendable {
        /// The field at fault.
        public let field: String
        public let rule: String
        public let sentence: String
        /// All of what was asked for.
        let text: String
    }

    /// Screens what is asked for: microseconds for most prompts. Pure, but for the opt-outs as they stand.
    public func screen(prompt: String, style: String?) -> Screening {
        let optOuts = state.withLock { $0.optOutNames }
        var note = RightsNote(policy: instruments.policy.name, actions: [])
        var texts = ["prompt": prompt, "style": style ?? ""]
        for field in ["prompt", "style"] {
            guard let text = texts[field], !text.isEmpty else { continue }
            let verdict = instruments.policy.screen(text, optOuts: optOuts)
            note.actions += verdict.firedRules.filter { $0.action != .allow }.map { "\($0.action.rawValue):\($0.id)" }
            switch verdict.decision {
            case .allow: break
            case .labelled(let labels): note.labels += labels.filter { !note.labels.contains($0) }
            case .rewritten(let rewritten, let changes):
                note.changes += changes.map(\.sentence)
                if field == "prompt" { note.askedPrompt = text } else { note.askedStyle = text }
                texts[field] = rewritten
            case .refused(let rule, let sentence):
                let whole = [prompt, style].compactMap(\.self).joined(separator: "\n")
                return .refused(PromptRefusal(field: field, rule: rule, sentence: sentence, text: whole))
            }
        }
        guard !note.changes.isEmpty || !note.labels.isEmpty else { return .clear }
        return .noted(prompt: texts["prompt"] ?? prompt, style: style == nil ? nil : texts["style"], note)
    }

    /// Writes a refusal down. - Returns: the decision's id, for the user: the same for the same words.
    public func decide(_ refusal: PromptRefusal, for account: Account) async throws(RecordsError) -> String {
        let key = RefusalKey(account: account.id, rule: refusal.rule, text: refusal.text)
        if let known = state.withLock({ $0.refusals[key] }) { return known }
        let now = clock.now()
        let decision = DecisionRecord(
            id: Self.name("dec"),
            kind: .prompt,
            state: .refused,
            at: now,
            policy: instruments.policy.name,
            rule: refusal.rule,
            reason: refusal.sentence,
            account: account.id,
            expiresAt: now
        )
        let text = DecisionText(
            decision: decision.id,
            text: refusal.text,
            salt: RandomName.make(),
            expiresAt: now.advanced(bySeconds: configuration.textDays * 86_400)
        )
        let keepsText = configuration.textDays > 0
        let entry = LedgerDraft(
            "prompt.refused",
            subject: LedgerDraft.subject(ofSecret: decision.id),
            actor: account.id.rawValue,
            detail: ["policy": decision.policy, "rule": refusal.rule, "text_commitment": text.commitment]
        )
        _ = try await store.record(
            keepsText ? [.decide(decision), .keep(text)] : [.decide(decision)],
            [entry],
            at: now
        )
        metrics.decided("prompt.refused")
        state.withLock { state in
            if state.refusals.count >= Self.mostRemembered { state.refusals = [:] }
            state.refusals[key] = decision.id
        }
        return decision.id
    }

    /// What the ledger is told of a request that was noted, when its job is accepted.
    func notes(of note: RightsNote, job: JobID, _ account: AccountID) -> [LedgerDraft] {
        let kind = note.changes.isEmpty ? "prompt.labelled" : "prompt.rewritten"
        return [
            LedgerDraft(
                kind,
                subject: job.rawValue,
                actor: account.rawValue,
                detail: ["policy": note.policy, "actions": note.actions.joined(separator: " ")]
            )
        ]
    }
}
