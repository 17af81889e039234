import Foundation
import WorkRegistry

// How long the registry takes to compare a picture, and what works take of memory. Works are made up, so that no pictures are
// needed: fingerprints and thumbnails are random; each bit of a point's descriptor comes from one of two real ones, of made
// pictures, so that bits are as uneven as real ones.

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

/// What this thread has taken of a core, without waiting for others.
func coreSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

@MainActor
func report(_ name: String, times count: Int, _ body: () throws -> Void) rethrows {
    let clock = ContinuousClock()
    var (walls, cores): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
        let start = coreSeconds()
        let (seconds, attoseconds) = try clock.measure(body).components
        cores.append((coreSeconds() - start) * 1e3)
        walls.append(Double(seconds) * 1e3 + Double(attoseconds) / 1e15)
    }
    for (kind, times) in [("by the clock", walls.sorted()), ("time of the core", cores.sorted())] {
        let figures = [0.5, 0.95].map { String(format: "%.2f", times[Int($0 * Double(count - 1))]) }
        print("\(name), \(kind): p50 \(figures[0]) ms, p95 \(figures[1]) ms")
    }
}

let side = 1_024
let noise = (0..<side * side * 3).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
try report("fingerprint of a picture of \(side) pixels", times: 20) {
    _ = try PictureFingerprint(rgb: noise, width: side, height: side)
}
try report("fingerprint of a work of \(side) pixels", times: 20) {
    _ = try WorkFingerprint(rgb: noise, width: side, height: side)
}

/// Coloured blocks in three sizes, one over the other: something goes on everywhere.
@MainActor
func madePicture(_ side: Int) -> [UInt8] {
    let layers = [64, 23, 9].map { size in
        (size, (0..<(side / size + 1) * (side / size + 1)).map { _ in Int(generator.next() % 86) })
    }
    return (0..<side * side).flatMap { place in
        let value = layers.reduce(0) { sum, layer in
            let (size, values) = layer
            return sum + values[place / side / size * (side / size + 1) + place % side / size]
        }
        return [UInt8(value), UInt8(value), UInt8(255 - value)]
    }
}

let made = try (0..<200).map { _ in try WorkFingerprint(rgb: madePicture(256), width: 256, height: 256) }
let real = made.flatMap { $0.detail?.points ?? [] }.map(\.descriptor.bits)
print("\(real.count) points of \(made.count) made pictures")

@MainActor
func madeUpDetail() -> WorkDetail? {
    let points = (0..<WorkPoint.most).map { _ in
        let (first, second, choice) = (generator.next(), generator.next(), generator.next())
        let count = UInt64(real.count)
        let bits = real[Int(first % count)] & choice | real[Int(second % count)] & ~choice
        return WorkPoint(
            x: UInt16(generator.next() % 8_192),
            y: UInt16(generator.next() % 8_192),
            descriptor: PointDescriptor(bits: bits)
        )
    }
    let cells = (0..<WorkThumbnail.byteCount / 8).flatMap { _ in
        let eight = generator.next()
        return (0..<8).map { UInt8(truncatingIfNeeded: eight >> ($0 * 8)) }
    }
    return WorkThumbnail(cells: cells).map { WorkDetail(width: 128, height: 128, points: points, thumbnail: $0) }
}

let works = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
let claim = WorkRegistry.Claim(rightHolder: "benchmark", title: "noise", evidence: "none")
var registry = WorkRegistry(capacity: works)
let clock = ContinuousClock()
let building = try clock.measure {
    for number in 0..<works {
        let fingerprint = WorkFingerprint(hashes: [randomHash()], quality: 100, detail: madeUpDetail())
        try registry.register(id: String(number), claim, fingerprint, at: 0)
    }
}
print("\(works) works, built in \(building)")
if let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) {
    for line in status.split(separator: "\n") where line.hasPrefix("VmRSS") { print(line) }
}

let pictures = try (0..<200).map { _ in try PictureFingerprint(rgb: madePicture(256), width: 256, height: 256) }
var next = 0
var found = 0
report("verdict on an unrelated picture", times: 1_000) {
    if registry.verdict(on: pictures[next % pictures.count], as: .outputs) != .clear { found += 1 }
    next += 1
}
print("\(found) of 1000 were not clear")
var withdrawn = 0
try report("withdrawal", times: min(works, 200)) {
    try registry.withdraw(id: String(withdrawn), at: 1)
    withdrawn += 1
}
