internal import ArgumentParser
internal import Foundation
internal import Records
internal import Service
internal import SurgeCore

struct AccountsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "Make accounts, look at them, change their plan, allowance and credits. Works while the server runs.",
        subcommands: [Create.self, List.self, Show.self, Set.self]
    )

    /// An account as the operator sees it.
    struct Document: Encodable {
        let id: String
        let name: String
        let plan: String
        let guest: Bool
        let `operator`: Bool
        let daily_allowance: Int?
        let pictures_today: Int
        let granted_credits: Double?
        let spent_credits: Double

        init(_ account: Account, picturesToday: Int) {
            id = account.id.rawValue
            name = account.name
            plan = account.plan
            guest = account.isGuest
            `operator` = account.isOperator
            daily_allowance = account.dailyAllowance
            pictures_today = picturesToday
            granted_credits = account.grantedMillicredits.map { Double($0) / 1_000 }
            spent_credits = Double(account.spentMillicredits) / 1_000
        }

        var line: String {
            let allowance = daily_allowance.map { "  \(pictures_today) of \($0) pictures today" } ?? ""
            let credits = granted_credits.map { "  \($0 - spent_credits) credits left" } ?? ""
            return "\(id)  \(plan)  \(name)\(self.operator ? "  operator" : "")\(allowance)\(credits)"
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make accounts, each with a key. The keys are shown once and kept as hashes."
        )

        @OptionGroup var common: CommonOptions

        @Option(help: "The plan.")
        var plan: String

        @Option(help: "The account's name; with --count, names are numbered.")
        var name = "account"

        @Option(help: "How many accounts.")
        var count = 1

        @Option(help: "Pictures a day for these accounts, whatever their plan says.")
        var dailyAllowance: Int?

        @Flag(name: .customLong("operator"), help: "Operators see /ops and pull its levers.")
        var isOperator = false

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard (1...100_000).contains(count) else { throw ValidationError("--count takes 1 to 100000.") }
            guard dailyAllowance ?? 0 >= 0 else { throw ValidationError("--daily-allowance cannot be below 0.") }
        }

        func run() async throws {
            let settings = try await common.settings()
            try AccountKeeping.check(plan: plan, settings)
            try AccountKeeping.check(name: name)
            var generator = SystemRandomNumberGenerator()
            let now = WallClock().now()
            var rows: [(Account, KeyRecord)] = []
            var made: [Made] = []
            for number in 1...count {
                let id = AccountKeeping.makeID(using: &generator)
                var account = Account(
                    id: id,
                    name: count == 1 ? name : "\(name)-\(number)",
                    plan: plan,
                    createdAt: now
                )
                account.dailyAllowance = dailyAllowance
                account.isOperator = isOperator
                let key = SecretKey(using: &generator)
                rows.append((account, KeyRecord(prefix: key.prefix, digest: key.digest, account: id, createdAt: now)))
                made.append(Made(account: id.rawValue, name: account.name, plan: plan, key: key.text))
            }
            try await DataFolder(settings.dataFolder).openStore().create(rows)
            guard !json else { return Terminal.write(json: made) }
            for row in made { Terminal.write("\(row.account)  \(row.key)") }
        }

        private struct Made: Encodable {
            let account: String
            let name: String
            let plan: String
            let key: String
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the accounts.")

        @OptionGroup var common: CommonOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let store = try DataFolder(try await common.settings().dataFolder).openStore()
            let today = WallClock().now().day
            var documents: [Document] = []
            for account in try await store.accounts() {
                let pictures = try await store.deliveredPictures(of: account.id, onDay: today)
                documents.append(Document(account, picturesToday: pictures))
            }
            guard !json else { return Terminal.write(json: documents) }
            for document in documents { Terminal.write(document.line) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one account as JSON.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "The account's id, or its name.")
        var account: String

        func run() async throws {
            let store = try DataFolder(try await common.settings().dataFolder).openStore()
            let found = try await AccountKeeping.find(account, in: store)
            let pictures = try await store.deliveredPictures(of: found.id, onDay: WallClock().now().day)
            Terminal.write(json: Document(found, picturesToday: pictures))
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change an account. The server takes it over within seconds; jobs in flight keep their place."
        )

        @OptionGroup var common: CommonOptions

        @Argument(help: "The account's id, or its name.")
        var account: String

        @Option(help: "The plan that it is under from now on.")
        var plan: String?

        @Option(help: "Pictures a day; 'plan' for what its plan says.")
        var dailyAllowance: String?

        @Option(help: "Credits to add; the account pays in advance from then on. Below 0 takes credits away.")
        var addCredits: Double?

        @Flag(inversion: .prefixedNo, help: "Operators see /ops and pull its levers.")
        var `operator`: Bool?

        func validate() throws {
            if let dailyAllowance, dailyAllowance != "plan", Int(dailyAllowance).map({ $0 >= 0 }) != true {
                throw ValidationError("--daily-allowance takes a whole number from 0, or 'plan'.")
            }
            if let addCredits, !addCredits.isFinite || abs(addCredits) > 1e12 {
                throw ValidationError("--add-credits takes a number between -1e12 and 1e12.")
            }
            guard plan != nil || dailyAllowance != nil || addCredits != nil || self.operator != nil else {
                throw ValidationError(
                    "Say what to change: --plan, --daily-allowance, --add-credits, --operator or --no-operator."
                )
            }
        }

        func run() async throws {
            let settings = try await common.settings()
            if let plan { try AccountKeeping.check(plan: plan, settings) }
            let store = try DataFolder(settings.dataFolder).openStore()
            let found = try await AccountKeeping.find(account, in: store)
            let allowance = dailyAllowance.map { Int($0) } ?? found.dailyAllowance
            _ = try await store.update(
                found.id,
                plan: plan ?? found.plan,
                dailyAllowance: allowance,
                addedMillicredits: addCredits.map { Int(($0 * 1_000).rounded()) }
            )
            if let isOperator = self.operator { try await store.setOperator(found.id, isOperator) }
            let changed = try await AccountKeeping.find(found.id.rawValue, in: store)
            let pictures = try await store.deliveredPictures(of: found.id, onDay: WallClock().now().day)
            Terminal.write(json: Document(changed, picturesToday: pictures))
        }
    }
}
