/// What was forgotten with an account.
public struct ForgottenAccount: Hashable, Sendable {
    public let jobs: Int
    public let pictures: Int
    public let shares: Int
    /// Files that it needed; others may need them, too.
    public let files: [String]
    /// Those of them that were sent to its jobs.
    public let inputs: Set<String>

    package init(jobs: Int, pictures: Int, shares: Int, files: [String], inputs: Set<String>) {
        self.jobs = jobs
        self.pictures = pictures
        self.shares = shares
        self.files = files
        self.inputs = inputs
    }
}
