internal import BinaryText
internal import Foundation
internal import Records
internal import Service
internal import SurgeCore

/// Makes accounts and keys.
enum AccountKeeping {
    /// - Throws: ``CommandFailure`` when there is no such plan.
    static func check(plan: String, _ settings: Settings) throws {
        let names = settings.service.plans.map(\.name)
        guard names.contains(plan) else {
            throw CommandFailure("there is no plan '\(plan)'; plans: \(names.joined(separator: ", "))")
        }
    }

    /// In characters, of an account's name.
    static let longestName = 200

    /// - Throws: ``CommandFailure`` when an account cannot be called that.
    static func check(name: String) throws {
        guard (1...longestName).contains(name.unicodeScalars.count) else {
            throw CommandFailure("an account's name has 1 to \(longestName) characters")
        }
    }

    static func makeID(using generator: inout some RandomNumberGenerator) -> AccountID {
        let bytes = (0..<12).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return AccountID(rawValue: "acct_" + bytes.base64URL)
    }

    /// An account by its id, or by its name when only one has it.
    static func find(_ text: String, in store: some AccountStore) async throws -> Account {
        if let account = try await store.account(AccountID(rawValue: text)) { return account }
        let named = try await store.accounts().filter { $0.name == text }
        guard let account = named.first else { throw CommandFailure("there is no account '\(text)'") }
        guard named.count == 1 else {
            throw CommandFailure("\(named.count) accounts are called '\(text)': name the one you mean by its id")
        }
        return account
    }

    /// Makes a key for an account; a new account when there is none of that name.
    static func createKey(plan: String, name: String?, store: some AccountStore) async throws -> (SecretKey, Account) {
        if let name { try check(name: name) }
        var generator = SystemRandomNumberGenerator()
        let now = WallClock().now()
        let account: Account
        if let name, let known = try await store.accounts().first(where: { $0.name == name }) {
            guard known.plan == plan else {
                throw CommandFailure("the account '\(name)' is under the plan \(known.plan), not \(plan)")
            }
            account = known
        } else {
            let id = makeID(using: &generator)
            account = Account(id: id, name: name ?? id.rawValue, plan: plan, createdAt: now)
            try await store.create(account)
        }
        let key = SecretKey(using: &generator)
        try await store.create(
            KeyRecord(prefix: key.prefix, digest: key.digest, account: account.id, createdAt: now)
        )
        return (key, account)
    }
}
