public import Records

/// The files that a request came with, which are nobody's until its job is accepted.
public protocol RequestFiles: Sendable {
    /// Gives them their names in the store, durably.
    func keep() async throws(RecordsError)
    /// The job that names them is on record.
    func settle()
}
