internal import SurgeCore

/// By what right something is under way that lasts: a key or a session, and whether it has to be an operator's.
struct Authority: Hashable, Sendable {
    /// The digest of the key or session.
    let credential: String
    let account: AccountID
    let asOperator: Bool
}
