internal import ArgumentParser
internal import Foundation
internal import PromptPolicy

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Look at the prompt policy and try prompts against it.",
        discussion: """
            heatsink policy try "my garden, in the style of Van Gogh"
            heatsink policy show considerate > ours.yaml
            heatsink policy check ours.yaml
            """,
        subcommands: [Try.self, Show.self, Check.self]
    )

    struct Try: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What would happen to a prompt. Opt-outs of the server are not asked."
        )

        @OptionGroup var common: CommonOptions

        @Argument(help: "The prompts.")
        var prompts: [String]

        @Option(help: "A preset or a policy file. (default: the one that is configured)")
        var policy: String?

        func run() async throws {
            let settings = try await common.settings()
            let policy = try RightsSetup.policy(policy ?? settings.rights.policy)
            for prompt in prompts {
                let verdict = policy.screen(prompt)
                switch verdict.decision {
                case .allow: Terminal.write("allowed as it is")
                case .labelled(let labels): Terminal.write("allowed, and labelled: \(labels.joined(separator: " "))")
                case .rewritten(let rewritten, let changes):
                    Terminal.write("rewritten: \(rewritten)")
                    for change in changes { Terminal.write("  \(change.sentence)") }
                case .refused(let rule, let sentence): Terminal.write("refused by \(rule): \(sentence)")
                }
                for fired in verdict.firedRules {
                    Terminal.write("  \(fired.id) (\(fired.kind.rawValue)): \(fired.action)")
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a preset, to read it or to begin with it.")

        @Argument(help: "open, considerate or strict.")
        var preset: String

        func run() async throws {
            guard let preset = PromptPolicy.Preset(rawValue: preset) else {
                let known = PromptPolicy.Preset.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("There is no preset '\(self.preset)'. Presets: \(known).")
            }
            FileHandle.standardOutput.write(Data(preset.yaml.utf8))
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a policy file: line, key and remedy of a mistake."
        )

        @Argument(help: "The file.")
        var file: String

        func run() async throws {
            let policy = try RightsSetup.policy(file)
            Terminal.write(
                "\(file): the policy '\(policy.name)', \(policy.rules.count) rules, version \(policy.version)"
            )
        }
    }
}
