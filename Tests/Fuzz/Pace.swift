import Glibc

/// Holds parsers to a bound of work: no input may cost more than this, however it was made.
enum Pace {
    /// A millisecond for each 20 KB, which is 50 ms for each MB.
    private static let bytesPerMillisecond = 20_000.0
    /// Inputs are measured at this size: small ones are over before a clock notices.
    private static let size = 256 * 1024
    /// One input of so many is measured, so that most of the time goes into finding new ones.
    private static let share = 32
    /// The machine may be busy with something else; an input that is slow is slow each time.
    private static let attempts = 25

    nonisolated(unsafe) private static var count = 0

    /// Stops the fuzzer when `parse` is slow with `bytes` repeated.
    ///
    /// - Parameter separator: what stands between the repetitions.
    static func check(_ bytes: [UInt8], separator: [UInt8] = [], _ parse: ([UInt8]) -> Void) {
        count += 1
        guard count % share == 0, !bytes.isEmpty else { return }
        var long: [UInt8] = []
        while long.count < size { long += bytes + separator }
        let limit = Double(long.count) / bytesPerMillisecond
        var least = Double.infinity
        for _ in 0..<attempts where least > limit {
            let began = milliseconds()
            parse(long)
            least = min(least, milliseconds() - began)
        }
        guard least > limit else { return }
        fail("slow: \(least) ms for \(long.count) bytes")
    }

    /// Of this thread's own work.
    private static func milliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
    }
}

/// Ends the fuzzer with a sentence; the input is written down by libFuzzer.
func fail(_ sentence: String) -> Never { fatalError(sentence) }
