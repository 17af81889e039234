import Foundation
import Rights

// How long the registry takes to compare a picture, and what works take of memory. Fingerprints are random bits, so that no
// pictures are needed; real ones are less even, and a little slower.

/// SplitMix64; the system's generator would take longer than all the rest.
struct Generator: RandomNumberGenerator {
    private var state: UInt64 = 1

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

var generator = Generator()

@MainActor
func randomHash() -> PDQHash {
    PDQHash(words: SIMD4(generator.next(), generator.next(), generator.next(), generator.next()))
}

@MainActor
func report(_ name: String, times count: Int, _ body: () throws -> Void) rethrows {
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0..<count {
        let (seconds, attoseconds) = try clock.measure(body).components
        times.append(Double(seconds) * 1e3 + Double(attoseconds) / 1e15)
    }
    times.sort()
    let figures = [0.5, 0.95].map { String(format: "%.2f", times[Int($0 * Double(count - 1))]) }
    print("\(name): p50 \(figures[0]) ms, p95 \(figures[1]) ms")
}

let side = 1_024
let noise = (0..<side * side * 3).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
try report("print of a picture of \(side) pixels", times: 20) {
    _ = try PicturePrint(rgb: noise, width: side, height: side)
}
try report("print of a work of \(side) pixels", times: 20) { _ = try WorkPrint(rgb: noise, width: side, height: side) }

let works = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
let claim = WorkRegistry.Claim(rightHolder: "benchmark", title: "noise", evidence: "none")
var registry = WorkRegistry(capacity: works)
for number in 0..<works {
    let hashes = PictureView.ofWorks.map { _ in randomHash() }
    try registry.register(id: String(number), claim, WorkPrint(hashes: hashes, quality: 100), at: 0)
}
print("\(works) works, \(registry.fingerprintCount) fingerprints")
if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) {
    for line in status.split(separator: "\n") where line.hasPrefix("VmRSS") { print(line) }
}

report("verdict on an unrelated picture", times: 500) {
    let picture = PicturePrint(hashes: PictureSymmetry.allCases.map { _ in randomHash() }, quality: 100)
    _ = registry.verdict(on: picture, as: .outputs)
}
var withdrawn = 0
try report("withdrawal", times: min(works, 200)) {
    try registry.withdraw(id: String(withdrawn), at: 1)
    withdrawn += 1
}
