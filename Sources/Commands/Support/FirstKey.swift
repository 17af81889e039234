internal import Foundation
internal import Records
internal import Service

/// The operator's key that the first start on an empty folder makes.
///
/// What a program writes to a container's standard output is kept in logs for years, so only a terminal is shown the key.
/// Everywhere else it goes to a file.
enum FirstKey {
    static let fileName = "first-key.txt"

    /// Where a newcomer finds the key.
    enum Place: Hashable {
        case terminal(key: String)
        case file(String)
        /// It was made at an earlier start.
        case unknown
    }

    /// Makes the key unless there are keys, or were: an operator who has revoked the first one gets no other.
    ///
    /// The file is written first: a start that is cut off between the two makes another key next time.
    ///
    /// - Parameter isShown: whether a person looks at standard output.
    static func make(in store: some AccountStore & OperatorStore, _ folder: String, isShown: Bool) async throws -> Place
    {
        let file = "\(folder)/\(fileName)"
        guard try await store.keys().isEmpty, try await !store.hasOperator() else {
            return FileManager.default.fileExists(atPath: file) ? .file(file) : .unknown
        }
        var generator = SystemRandomNumberGenerator()
        let key = SecretKey(using: &generator)
        if !isShown { try PrivateFiles.write(Array("\(key.text)\n".utf8), to: file) }
        let now = WallClock().now()
        var account = Account(id: AccountKeeping.makeID(using: &generator), name: "first", plan: "pro", createdAt: now)
        account.isOperator = true
        let record = KeyRecord(prefix: key.prefix, digest: key.digest, account: account.id, createdAt: now)
        try await store.create([(account, record)])
        return isShown ? .terminal(key: key.text) : .file(file)
    }
}
