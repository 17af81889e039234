import Foundation
import TestKit
import Testing

@testable import Rights

@Suite("Brightness of pictures")
struct LumaPlaneTests {
    private func noise(_ width: Int, _ height: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }

    @Test(
        "Shrunk while it is read, it is what it is when it is shrunk after",
        arguments: [(64, 48, 2), (65, 50, 3), (9, 40, 4)]
    )
    func shrinks(width: Int, height: Int, factor: Int) throws {
        let rgb = noise(width, height, seed: 7)
        let whole = try LumaPlane(rgb: rgb, width: width, height: height)
        let shrunk = try LumaPlane(rgb: rgb, width: width, height: height, shrunkBy: factor)
        #expect(shrunk.width == width / factor && shrunk.height == height / factor)
        for row in 0..<shrunk.height {
            for column in 0..<shrunk.width {
                var sum: Float = 0
                for y in 0..<factor {
                    for x in 0..<factor { sum += whole.values[(row * factor + y) * width + column * factor + x] }
                }
                let mean = sum / Float(factor * factor)
                #expect(abs(shrunk.values[row * shrunk.width + column] - mean) < 0.01)
            }
        }
    }

    @Test("Bytes that do not fit the size are an error, whatever the step", arguments: [1, 2, 200])
    func refuses(factor: Int) {
        #expect(throws: FingerprintError.self) {
            try LumaPlane(rgb: [1, 2, 3], width: 100, height: 100, shrunkBy: factor)
        }
    }

    @Test("A large picture's print is within a few bits of its fingerprint as a whole")
    func staysNear() throws {
        let side = 1_100
        var generator = SeededGenerator(seed: 11)
        let waves = (0..<12).map { _ in
            (Double(generator.next() % 9), Double(generator.next() % 9), Double(generator.next() % 628) / 100)
        }
        // Smooth, so that its low frequencies decide, as they do in photographs.
        let rgb = (0..<side * side).flatMap { place -> [UInt8] in
            let (x, y) = (Double(place % side) / Double(side), Double(place / side) / Double(side))
            let value = waves.reduce(0.0) { $0 + sin(($1.0 * x + $1.1 * y) * 6.283 + $1.2) }
            let level = UInt8(clamping: Int(128 + value * 14))
            return [level, level, level]
        }
        let print = try PicturePrint(rgb: rgb, width: side, height: side)
        let whole = try PDQFingerprint(rgb: rgb, width: side, height: side)
        #expect(print.hashes[0].distance(to: whole.hash) <= 8)
    }
}
