/// Names one request. Unique for all time; said to its owner.
public struct JobID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }
}

/// Names one account.
public struct AccountID: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }
}

/// One of a job's pictures.
public struct TaskID: Hashable, Sendable {
    public let job: JobID
    /// From 0.
    public let index: Int

    public init(job: JobID, index: Int) {
        self.job = job
        self.index = index
    }
}
