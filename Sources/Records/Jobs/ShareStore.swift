public import SurgeCore

/// Pictures that their owners show by a link.
public protocol ShareStore: Sendable {
    /// Keeps a new share.
    func create(_ share: ShareRecord) async throws(RecordsError)
    /// A share whose time is not over.
    func share(_ id: String, at now: Instant) async throws(RecordsError) -> ShareRecord?
    /// An account's shares whose time is not over, the newest first.
    func shares(of account: AccountID, at now: Instant) async throws(RecordsError) -> [ShareRecord]
    /// Shares that show one of these files, also those whose time is over.
    func shares(showing digests: [String]) async throws(RecordsError) -> [ShareRecord]
    /// Forgets a share. - Returns: the share as it was; nil when the account has none of this name.
    func forget(share id: String, of account: AccountID) async throws(RecordsError) -> ShareRecord?
    /// Forgets shares whose time is over. - Returns: how many.
    func forgetShares(expiredBefore now: Instant) async throws(RecordsError) -> Int
}
