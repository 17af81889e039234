internal import ArgumentParser
internal import Records
internal import Service
internal import SurgeCore

struct PlansCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plans",
        abstract: "Look at the plans, tighten and loosen them while the server runs.",
        discussion: """
            heatsink plans set free daily-allowance=3
            heatsink plans reset free
            """,
        subcommands: [List.self, Set.self, Reset.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the plans as they are in force.")

        @OptionGroup var common: CommonOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let settings = try await common.settings()
            let store = try DataFolder(settings.dataFolder).openStore()
            let overrides = try await store.planOverrides()
            var documents: [String: [String: String]] = [:]
            for plan in settings.service.plans {
                let changed = overrides.first { $0.plan == plan.name }?.settings ?? [:]
                var values: [String: String] = [:]
                for field in PlanSettings.Field.allCases {
                    values[field.rawValue] = changed[field.rawValue] ?? PlanSettings.text(field, of: plan)
                }
                documents[plan.name] = values
                guard !json else { continue }
                Terminal.write(plan.name)
                for field in PlanSettings.Field.allCases {
                    let mark = changed[field.rawValue] == nil ? "" : "  (changed while running)"
                    Terminal.write("  \(field.rawValue): \(values[field.rawValue] ?? "")\(mark)")
                }
            }
            if json { Terminal.write(json: documents) }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a plan from now on. The server takes it over within seconds and keeps it over restarts."
        )

        @OptionGroup var common: CommonOptions

        @Argument(help: "The plan.")
        var plan: String

        @Argument(help: "SETTING=VALUE, as in daily-allowance=3. `heatsink plans list` shows the settings.")
        var changes: [String]

        func run() async throws {
            let settings = try await common.settings()
            try AccountKeeping.check(plan: plan, settings)
            let store = try DataFolder(settings.dataFolder).openStore()
            var changed = try await store.planOverrides().first { $0.plan == plan }?.settings ?? [:]
            for change in changes {
                let parts = change.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, let field = PlanSettings.Field(rawValue: parts[0]) else {
                    let names = PlanSettings.Field.allCases.map(\.rawValue).joined(separator: ", ")
                    throw CommandFailure("'\(change)' is not SETTING=VALUE with a setting of: \(names)")
                }
                guard field.canChangeWhileRunning else {
                    throw CommandFailure(
                        "\(field.rawValue) cannot change while the server runs: set it in the configuration"
                    )
                }
                changed[field.rawValue] = parts[1]
            }
            try check(changed, settings)
            try await store.setPlanOverride(PlanOverride(plan: plan, settings: changed), at: WallClock().now())
            Terminal.writeError("changed \(plan): \(changes.joined(separator: ", "))")
        }

        private func check(_ changed: [String: String], _ settings: Settings) throws {
            guard var candidate = settings.service.plans.first(where: { $0.name == plan }) else { return }
            for (name, text) in changed.sorted(by: { $0.key < $1.key }) {
                guard let field = PlanSettings.Field(rawValue: name) else { continue }
                if let problem = PlanSettings.set(field, to: text, of: &candidate) {
                    throw CommandFailure("\(name): \(problem)")
                }
            }
            if let problem = candidate.problem { throw CommandFailure(problem) }
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a plan what the configuration says again.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "The plan.")
        var plan: String

        func run() async throws {
            let settings = try await common.settings()
            try AccountKeeping.check(plan: plan, settings)
            let store = try DataFolder(settings.dataFolder).openStore()
            try await store.setPlanOverride(PlanOverride(plan: plan, settings: [:]), at: WallClock().now())
            Terminal.writeError("\(plan) is as configured")
        }
    }
}
