internal import Foundation
internal import Records
internal import Service
internal import SurgeCore

/// Makes accounts and keys.
enum AccountKeeping {
    /// The plans that there are. Their meaning is the scheduler's.
    static let plans = ["guest", "free", "plus", "pro"]

    /// Makes a key for an account; a new account when there is none of that name.
    static func createKey(plan: String, name: String?, store: some RecordStore) async throws -> (SecretKey, Account) {
        var generator = SystemRandomNumberGenerator()
        let now = WallClock().now()
        let account: Account
        if let name, let known = try await store.accounts().first(where: { $0.name == name }) {
            guard known.plan == plan else {
                throw CommandFailure("the account '\(name)' is under the plan \(known.plan), not \(plan)")
            }
            account = known
        } else {
            let id = "acct_" + (0..<12).map { _ in UInt8.random(in: .min ... .max, using: &generator) }.base64URL
            account = Account(id: AccountID(rawValue: id), name: name ?? id, plan: plan, createdAt: now)
            try await store.create(account)
        }
        let key = SecretKey(using: &generator)
        try await store.create(
            KeyRecord(prefix: key.prefix, digest: key.digest, account: account.id, createdAt: now)
        )
        return (key, account)
    }
}
