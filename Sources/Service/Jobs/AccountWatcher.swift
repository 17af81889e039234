internal import Records
public import SurgeCore

/// What somebody hears who watches all jobs of an account.
public enum AccountEvent: Hashable, Sendable {
    case job(JobSnapshot)
    case partial(JobID, PartialPicture)
    /// A job and its pictures were deleted.
    case deleted(JobID)
    /// What is left of the allowance, or the account itself, has changed.
    case standing
    /// The account is no more.
    case gone
    /// The server goes away.
    case stopping
}

/// Somebody who watches all jobs of an account, also those to come.
struct AccountWatcher: Sendable {
    let notify: @Sendable (AccountEvent) -> Void
    /// Those that it listens to.
    var jobs: Set<JobID> = []
}
