@testable import PromptPolicy

/// The shipped policies, each read once for all tests.
enum Policies {
    static let considerate = Result { () throws(PolicyError) in try PromptPolicy(shipped: .considerate) }
    static let open = Result { () throws(PolicyError) in try PromptPolicy(shipped: .open) }
    static let strict = Result { () throws(PolicyError) in try PromptPolicy(shipped: .strict) }
}

extension PromptVerdict {
    var ids: [String] { firedRules.map(\.id) }

    /// What happens, as a rule's file would say it.
    var action: PolicyAction {
        switch decision {
        case .allow: .allow
        case .labelled: .label
        case .rewritten: .rewrite
        case .refused: .refuse
        }
    }

    var rewritten: String? {
        if case .rewritten(let prompt, _) = decision { prompt } else { nil }
    }

    var changes: [PromptChange] {
        if case .rewritten(_, let changes) = decision { changes } else { [] }
    }
}
