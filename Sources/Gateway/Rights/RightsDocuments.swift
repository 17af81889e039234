internal import PromptPolicy
internal import Records
internal import Service
internal import SurgeCore
internal import WorkRegistry

/// What is said of decisions, opt-outs and works, as JSON text.
enum RightsDocuments {
    // MARK: Decisions

    static func decision(_ standing: RightsService.DecisionStanding) -> [UInt8] {
        let decision = standing.decision
        let isReleased = decision.kind == .output && decision.state == .released && decision.picture != nil
        var writer = JSONWriter()
        writer.add("id", decision.id)
        writer.add("object", "decision")
        writer.add("kind", decision.kind.rawValue)
        writer.add("state", decision.state.rawValue)
        writer.add("at", decision.at.unixSeconds)
        writer.add("changed_at", decision.changedAt.unixSeconds)
        writer.add("policy", decision.policy)
        writer.add("rule", decision.rule)
        writer.add("reason", decision.reason)
        writer.add("picture", isReleased ? "/v1/decisions/\(decision.id)/picture" : nil)
        writer.add("appeal", json: standing.appeal.map(appeal))
        return writer.finish()
    }

    private static func appeal(_ appeal: AppealRecord) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("state", appeal.state.rawValue)
        writer.add("at", appeal.at.unixSeconds)
        writer.add("decided_at", appeal.decidedAt?.unixSeconds)
        writer.add("answer", appeal.answer)
        return writer.finish()
    }

    /// An open appeal, for the operator.
    static func appeal(
        _ appeal: AppealRecord,
        against standing: RightsService.DecisionStanding,
        prompt: String?
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("id", appeal.decision)
        writer.add("at", appeal.at.unixSeconds)
        writer.add("text", appeal.text)
        writer.add("contact", appeal.contact)
        writer.add("decision", json: decision(standing))
        writer.add("prompt", prompt)
        return writer.finish()
    }

    /// A picture that waits for an operator.
    static func review(_ decision: DecisionRecord) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("id", decision.id)
        writer.add("kind", decision.kind.rawValue)
        writer.add("at", decision.at.unixSeconds)
        writer.add("reason", decision.reason)
        writer.add("rule", decision.rule)
        writer.add("account", decision.account?.rawValue)
        writer.add("picture", "/ops/rights/reviews/\(decision.id)/picture")
        return writer.finish()
    }

    // MARK: Opt-outs

    /// - Parameter contact: nil for everybody but operators, who are told of the evidence, too.
    static func optOut(_ entry: OptOutEntry, forOperator contact: String?? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("id", entry.id)
        writer.add("object", "opt_out")
        writer.add("kind", entry.kind.rawValue)
        writer.add("name", entry.name)
        writer.add("other_names", array: entry.otherNames.map(JSONWriter.text))
        writer.add("scope", array: entry.scope.map(\.rawValue).sorted().map(JSONWriter.text))
        writer.add("state", entry.state.rawValue)
        writer.add("requested_at", Int(entry.requestedAt))
        writer.add("changed_at", Int(entry.changedAt))
        writer.add("decision_reason", entry.decisionReason)
        if let contact {
            writer.add("evidence", entry.evidence)
            writer.add("look", entry.look)
            writer.add("contact", contact)
            writer.add("decided_by", entry.decidedBy)
        }
        return writer.finish()
    }

    // MARK: Works

    static func work(_ work: RegisteredWork) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("id", work.id)
        writer.add("object", "work")
        writer.add("title", work.title)
        writer.add("right_holder", work.rightHolder)
        writer.add("evidence", work.evidence)
        writer.add("scope", array: work.scope.map(\.rawValue).sorted().map(JSONWriter.text))
        writer.add("state", work.state.rawValue)
        writer.add("registered_at", Int(work.registeredAt))
        writer.add("withdrawn_at", work.withdrawnAt.map { Int($0) })
        return writer.finish()
    }

    static func takedown(_ takedown: RightsService.Takedown) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("object", "takedown")
        writer.add("decision", takedown.decision)
        writer.add("pictures", takedown.pictures)
        writer.add("shares", takedown.shares)
        writer.add("work", takedown.work)
        return writer.finish()
    }

    static func list(_ documents: [[UInt8]], hasMore: Bool? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("object", "list")
        writer.add("data", array: documents)
        if let hasMore { writer.add("has_more", hasMore) }
        return writer.finish()
    }
}
