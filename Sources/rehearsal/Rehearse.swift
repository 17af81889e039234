internal import ArgumentParser
@preconcurrency internal import Dispatch
internal import SurgeLab

/// Random faults against the scheduling core, until one of its promises breaks or the time is over.
@main
struct Rehearse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearsal",
        abstract: "Random faults against the scheduling core and its recovery; all eleven promises are checked.",
        discussion: "Exit status 1: a promise was broken. The seed is printed, and repeats the run."
    )

    @Option(help: "Run this one seed alone, instead of many new ones.")
    var seed: UInt64?

    @Option(help: "Begin with this seed, and go on to the next ones.")
    var from: UInt64?

    @Option(help: "How long to go on, in seconds.")
    var seconds = 60.0

    @Option(help: "Stop after so many events; 0: no limit.")
    var events = 0

    @Option(help: "How many runs at the same time.")
    var jobs = Machine.processorCount

    @Flag(help: "Do not look for a smaller history that breaks the same promise.")
    var noShrink = false

    func validate() throws {
        guard seconds > 0, seconds.isFinite else { throw ValidationError("--seconds must be above 0") }
        guard events >= 0 else { throw ValidationError("--events must be 0 or more") }
        guard (1...256).contains(jobs) else { throw ValidationError("--jobs must be 1 to 256") }
    }

    func run() throws {
        Machine.reportTraps()
        for problem in ComponentChecks.problems() {
            print("broken: \(problem)")
            throw ExitCode(1)
        }
        if let seed { return try report(RehearsalReport(seed: seed, checksRepetition: true)) }
        let first = from ?? UInt64.random(in: 1...999_999_999)
        print("seeds from \(first) on (--from \(first) repeats them), \(jobs) at a time, for \(seconds) s")
        let board = Board(first: first, seconds: seconds, mostEvents: events, isTerminal: Machine.isTerminal)
        let group = DispatchGroup()
        for lane in 0..<jobs {
            DispatchQueue.global().async(group: group) {
                Machine.watched(lane) { begin in
                    while let seed = board.next() {
                        begin(seed)
                        board.ended(RehearsalReport(seed: seed, checksRepetition: seed % 8 == 0))
                    }
                }
            }
        }
        while group.wait(timeout: .now() + .milliseconds(500)) == .timedOut {
            if let seed = Machine.stuckSeed(afterSeconds: 30) {
                print("\nbroken: the run of seed \(seed) does not end.\n\(Self.command(seed))")
                throw ExitCode(1)
            }
            board.show()
        }
        try board.finish { try report($0) }
    }

    private func report(_ report: RehearsalReport) throws {
        guard let problem = report.problem else {
            return print("seed \(report.seed): all eleven promises held for \(report.eventCount) events")
        }
        print("\nbroken: \(problem)\nseed \(report.seed), after \(report.eventCount) events\n")
        let end = ContinuousClock.now + .seconds(20)
        print(report.drawing(isShrunk: !noShrink) { ContinuousClock.now > end })
        print(Self.command(report.seed))
        throw ExitCode(1)
    }

    static func command(_ seed: UInt64) -> String { "make rehearsal SEED=\(seed)" }
}
