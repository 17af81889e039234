public import SurgeCore

/// Passkeys: each belongs to one account and opens sessions of it.
public protocol PasskeyStore: Sendable {
    /// Keeps a new passkey; a guest becomes a member.
    ///
    /// - Parameter plan: the plan that a guest comes under with its first passkey.
    func create(_ passkey: PasskeyRecord, promotingTo plan: String) async throws(RecordsError)
    /// The passkey; nil when there is none.
    func passkey(_ id: String) async throws(RecordsError) -> PasskeyRecord?
    /// An account's passkeys, the oldest first.
    func passkeys(of account: AccountID) async throws(RecordsError) -> [PasskeyRecord]
    /// Notes that a passkey was used, and its content after that.
    func update(passkey id: String, content: String, at now: Instant) async throws(RecordsError)
    /// Forgets a passkey and ends the sessions that it opened, unless nobody could come back to the account after that.
    ///
    /// - Parameter credential: the digest of the key or session that asks.
    func forget(
        passkey id: String,
        of account: AccountID,
        askedBy credential: String?,
        at now: Instant
    ) async throws(RecordsError) -> PasskeyRemoval
}
