import Imaging
import TestKit
import Testing

@testable import WorkRegistry

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

    @Test(
        "A large picture's fingerprint is within a few bits of its fingerprint as a whole",
        arguments: [1_024, 1_100, 1_700]
    )
    func staysNear(side: Int) throws {
        let photo = try Photo.enlarged(side)
        let fingerprint = try PictureFingerprint(rgb: photo, width: side, height: side)
        let whole = try PDQFingerprint(rgb: photo, width: side, height: side)
        #expect(fingerprint.hashes[0].distance(to: whole.hash) <= 8)
    }
}

private enum Photo {
    static func enlarged(_ side: Int) throws -> [UInt8] {
        let photo = try ImageDecoder().decode(.file(Repository.photo), fitting: 1_024)
        return try photo.resized(to: PixelSize(width: side, height: side), filling: true).bytes
    }
}
