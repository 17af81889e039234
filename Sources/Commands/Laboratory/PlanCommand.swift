internal import ArgumentParser
internal import Foundation
internal import Scenarios
internal import SurgeCore
internal import SurgeLab

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Find the smallest fleet that keeps a promise on a day, and what further devices buy.",
        discussion: """
            heatsink plan --scenario ghibli-week --promise "free p90 under 10 minutes, pro p99 under 30 s, nobody refused"
            heatsink plan --scenario mine.yaml --promise "everybody served above 99 %, free quality above 0.8" --price 1.9

            A wait counts every request: one without a picture waits for ever. Plans of accounts are set by `heatsink plans`.
            """
    )

    @OptionGroup var options: LabOptions

    @Option(help: "A day that comes with Heatsink (`heatsink lab days`), or a YAML file.")
    var scenario: String

    @Option(help: "What is to hold: clauses with commas between them.")
    var promise: String

    @Option(help: "The pool that grows and shrinks; without it, the first.")
    var pool: String?

    @Option(help: "Dollars an hour for a device of the pool; without it, what the day says.")
    var price: Double?

    @Option(help: "No more devices than this are tried.")
    var most = 1_000_000

    @Option(help: "Write the plan as JSON.")
    var json: String?

    func validate() throws {
        guard most > 0 else { throw ValidationError("--most takes a number above 0.") }
        if let price, !(price >= 0 && price.isFinite) { throw ValidationError("--price takes a number from 0 on.") }
    }

    func run() async throws {
        try LabOptions.check(writable: json)
        var day = try Day(reference: scenario)
        let plans = day.plans.map(\.name).filter { name in day.people.contains { $0.plan == name } }
        let parsed = try ServicePromise(promise, plans: plans)
        if let price {
            let device = day.fleet.first { $0.name == pool ?? day.fleet[0].name }?.device
            for index in day.devices.indices where day.devices[index].name == device {
                day.devices[index].dollarsPerHour = price
            }
        }
        let scale = options.scale(for: day)
        let search = try FleetSearch(
            day,
            promise: parsed,
            pool: pool,
            scale: scale,
            seed: options.seed,
            mostDevices: most,
            threads: options.threads
        )
        let plan = try await search.run(promiseText: promise) { trial in
            guard Terminal.isInteractive else { return }
            let broken = trial.checks.filter { !$0.isKept }.map(\.clause).joined(separator: "; ")
            Terminal.writeError("\(trial.devices) devices: \(trial.isKept ? "kept" : "not kept: \(broken)")")
        }
        Terminal.write(lines: FleetPlanText.text(of: plan))
        if let json { try LabOptions.write(plan, to: json) }
    }
}
