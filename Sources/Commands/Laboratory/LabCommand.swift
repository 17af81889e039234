internal import ArgumentParser
internal import Foundation
internal import Scenarios
internal import SurgeLab

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Rehearse a day before it comes: the server's own scheduler, in virtual time.",
        discussion: """
            heatsink lab days
            heatsink lab run ghibli-week --html week.html
            heatsink lab show launch-hour > mine.yaml && heatsink lab run mine.yaml

            The format of days and what the figures mean: Docs/Lab.md. `heatsink plan` says how many devices a promise needs.
            """,
        subcommands: [Run.self, Days.self, Show.self]
    )

    struct Days: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the days that come with Heatsink.")

        func run() throws {
            for name in ShippedDays.names {
                let day = try Day(reference: name)
                let asked = LabDefaults.requests(of: day)
                Terminal.write(
                    "\(name): about \(asked.formatted(.number.locale(Locale(identifier: "en_GB")))) requests"
                )
                Terminal.write("    \(day.summary)")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a day's file, to read and to change.")

        @Argument(help: "The day's name.")
        var name: String

        func run() throws {
            guard let text = ShippedDays.text(name) else {
                throw CommandFailure(
                    "there is no day '\(name)'; take one of \(ShippedDays.names.joined(separator: ", "))"
                )
            }
            Terminal.write(lines: text)
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Play a day under one or several policies.")

        @OptionGroup var options: LabOptions

        @Argument(help: "A day that comes with Heatsink, or a YAML file.")
        var day: String

        @Option(help: "Policies with commas between them; the first is the one the report is about. Or all.")
        var policy = "ours,token-bucket,first-come"

        @Option(help: "In how many cells; without it, as many as the day says.")
        var cells: Int?

        @Option(help: "Write the report as one HTML file.")
        var html: String?

        @Option(help: "Write the report as JSON.")
        var json: String?

        @Option(help: "Write two plots as SVG files into this folder.")
        var figures: String?

        func run() async throws {
            let policies = try policies()
            try LabOptions.check(writable: html, json, figures)
            let day = try Day(reference: day)
            let laboratory = try Laboratory(day, scale: options.scale(for: day), seed: options.seed, cells: cells)
            let bar = LabProgressBar(day: day)
            let report = await laboratory.report(policies, threads: options.threads) { bar.show($0) }
            bar.end()
            Terminal.write(lines: LabReportText.text(of: report))
            if let json { try LabOptions.write(report, to: json) }
            if let html { try LabReportPage.html(of: report).write(toFile: html, atomically: true, encoding: .utf8) }
            if let figures {
                try FileManager.default.createDirectory(atPath: figures, withIntermediateDirectories: true)
                for (name, drawing) in [
                    ("side-by-side", LabFigures.sideBySide(report)), ("day", LabFigures.day(report)),
                ] {
                    try drawing.write(toFile: "\(figures)/\(name).svg", atomically: true, encoding: .utf8)
                }
            }
        }

        private func policies() throws -> [Policy] {
            guard policy != "all" else { return Policy.all }
            return try policy.split(separator: ",").map { name in
                guard let known = Policy.named(String(name)) else {
                    let names = Policy.all.map(\.name).joined(separator: ", ")
                    throw CommandFailure("--policy: there is no '\(name)'; take some of \(names), or all")
                }
                return known
            }
        }
    }
}
