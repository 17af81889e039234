internal import ArgumentParser
internal import Foundation
internal import Records
internal import Service
internal import SurgeCore

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list and revoke keys. Works while the server runs.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key. It is shown once and kept as a hash.")

        @OptionGroup var common: CommonOptions

        @Option(help: "The plan of the account: guest, free, plus, pro, or one of the configuration's own.")
        var plan: String

        @Option(help: "The account's name; a new account is made when there is none. Without it, a new account.")
        var account: String?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let settings = try await common.settings()
            try AccountKeeping.check(plan: plan, settings)
            let folder = try DataFolder(settings.dataFolder)
            let (key, account) = try await AccountKeeping.createKey(
                plan: plan,
                name: account,
                store: try folder.openStore()
            )
            guard json else { return Terminal.write(key.text) }
            struct Document: Encodable {
                let key: String
                let account: String
                let plan: String
            }
            Terminal.write(json: Document(key: key.text, account: account.id.rawValue, plan: account.plan))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys, without their secret part.")

        @OptionGroup var common: CommonOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            struct Row: Encodable {
                let prefix: String
                let account: String
                let plan: String
                let revoked: Bool
            }
            let store = try DataFolder(try await common.settings().dataFolder).openStore()
            let accounts = try await store.accounts()
            let rows = try await store.keys().map { key in
                let account = accounts.first { $0.id == key.account }
                return Row(
                    prefix: key.prefix,
                    account: account?.name ?? key.account.rawValue,
                    plan: account?.plan ?? "",
                    revoked: key.revokedAt != nil
                )
            }
            guard !json else { return Terminal.write(json: rows) }
            for row in rows {
                Terminal.write("\(row.prefix)…  \(row.plan)  \(row.account)\(row.revoked ? "  revoked" : "")")
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a key; it stops working within seconds.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "The key's first nine characters, as `heatsink keys list` shows them, or the whole key.")
        var key: String

        func run() async throws {
            let store = try DataFolder(try await common.settings().dataFolder).openStore()
            let count = try await store.revokeKeys(prefix: String(key.prefix(9)), at: WallClock().now())
            guard count > 0 else { throw CommandFailure("no valid key begins with '\(key.prefix(9))'") }
            Terminal.writeError("revoked \(count) key\(count == 1 ? "" : "s")")
        }
    }
}
