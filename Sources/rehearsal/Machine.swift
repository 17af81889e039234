@preconcurrency internal import Glibc
internal import Synchronization

/// What the run asks of the machine below it.
enum Machine {
    private static let mostLanes = 256
    /// The seed that each lane runs, for a handler of signals that may neither lock nor allocate.
    nonisolated(unsafe) private static let seeds: UnsafeMutablePointer<UInt64> = {
        let seeds = UnsafeMutablePointer<UInt64>.allocate(capacity: mostLanes)
        seeds.initialize(repeating: 0, count: mostLanes)
        return seeds
    }()
    private static let begun = Mutex<[Int: (seed: UInt64, at: ContinuousClock.Instant)]>([:])

    static var processorCount: Int { max(1, min(mostLanes, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) }
    static var isTerminal: Bool {
        setvbuf(stdout, nil, _IONBF, 0)
        return isatty(STDOUT_FILENO) == 1
    }

    /// Runs a lane; its body says which seed it begins.
    static func watched(_ lane: Int, _ body: (_ begin: (UInt64) -> Void) -> Void) {
        body { seed in
            seeds[lane] = seed
            begun.withLock { $0[lane] = (seed, .now) }
        }
        seeds[lane] = 0
        begun.withLock { $0[lane] = nil }
    }

    /// A run that has gone on for too long.
    static func stuckSeed(afterSeconds seconds: Double) -> UInt64? {
        let now = ContinuousClock.now
        return begun.withLock { begun in
            begun.values.first { now - $0.at > .seconds(seconds) }?.seed
        }
    }

    /// A trap inside the core ends the process: whoever was running is said before.
    static func reportTraps() {
        _ = seeds
        for code in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT] {
            signal(code) { _ in
                Machine.write("\nbroken: the core has stopped the process in one of these runs:\n")
                for lane in 0..<Machine.mostLanes where Machine.seeds[lane] != 0 {
                    Machine.write("make rehearsal SEED=")
                    Machine.write(Machine.seeds[lane])
                    Machine.write("\n")
                }
                _exit(1)
            }
        }
    }

    private static func write(_ text: StaticString) {
        _ = Glibc.write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    private static func write(_ number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            var digit = UInt8(ascii: "0") + UInt8(number / divisor % 10)
            _ = Glibc.write(STDOUT_FILENO, &digit, 1)
            divisor /= 10
        }
    }
}
