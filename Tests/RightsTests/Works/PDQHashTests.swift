import Foundation
import TestKit
import Testing

@testable import WorkRegistry

@Suite("PDQ fingerprints")
struct PDQHashTests {
    struct Fixture: Decodable, Sendable, CustomTestStringConvertible {
        let kind: String
        let width: Int
        let height: Int
        let seed: Int
        let hash: String
        let quality: Int
        let symmetries: [String]
        let symmetryQuality: Int

        var testDescription: String { "\(kind) \(width)×\(height)" }

        static func all() throws -> [Fixture] {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let data = try Data(contentsOf: Specimen.fixtures.appending(path: "pdqhash.json"))
            return try decoder.decode([Fixture].self, from: data)
        }
    }

    @Test("The very bits of `pdqhash`, with its quality", arguments: try Fixture.all())
    func sameBits(fixture: Fixture) throws {
        let picture = try Specimen.named(
            fixture.kind,
            width: fixture.width,
            height: fixture.height,
            seed: fixture.seed
        )
        let fingerprint = try PDQFingerprint(rgb: picture.rgb, width: picture.width, height: picture.height)
        #expect(fingerprint.hash.hex == fixture.hash)
        #expect(fingerprint.quality == fixture.quality)
        let all = try PDQFingerprint.inAllSymmetries(rgb: picture.rgb, width: picture.width, height: picture.height)
        #expect(all.map(\.hash.hex) == fixture.symmetries)
        #expect(all.allSatisfy { $0.quality == fixture.symmetryQuality })
    }

    @Test("Turning the fingerprint is nearly the same as turning the picture")
    func turning() throws {
        let picture = try Specimen.named("photo", width: 0, height: 0, seed: 0)
        let all = try PDQFingerprint.inAllSymmetries(rgb: picture.rgb, width: picture.width, height: picture.height)
        let mirrored = picture.mirrored()
        let turned = picture.turned()
        let ofMirrored = try PDQFingerprint(rgb: mirrored.rgb, width: mirrored.width, height: mirrored.height)
        let ofTurned = try PDQFingerprint(rgb: turned.rgb, width: turned.width, height: turned.height)
        #expect(all[PictureSymmetry.mirrored.rawValue].hash.distance(to: ofMirrored.hash) <= 40)
        #expect(all[PictureSymmetry.rotated270.rawValue].hash.distance(to: ofTurned.hash) <= 40)
    }

    @Test(
        "A plane laid down in another way is what turning its spectrum stands for",
        arguments: PictureSymmetry.allCases
    )
    func layingDown(symmetry: PictureSymmetry) throws {
        let picture = try Specimen.named("photo", width: 0, height: 0, seed: 0)
        let plane = try LumaPlane(rgb: picture.rgb, width: picture.width, height: picture.height)
        let spectrum = try #require(PDQSpectrum(plane, takesSmallAsItIs: true))
        let laidDown = try #require(PDQSpectrum(plane.laidDown(symmetry), takesSmallAsItIs: true)).hash()
        let nearest = PictureSymmetry.allCases.min {
            spectrum.hash($0).distance(to: laidDown) < spectrum.hash($1).distance(to: laidDown)
        }
        #expect(nearest == symmetry)
    }

    @Test("Hexadecimal digits there and back")
    func hexadecimal() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<100 {
            let hash = PDQHash.random(using: &generator)
            #expect(PDQHash(hex: hash.hex) == hash)
            #expect(PDQHash(hex: hash.hex.uppercased()) == hash)
            #expect(try JSONDecoder().decode([PDQHash].self, from: try JSONEncoder().encode([hash])) == [hash])
        }
    }

    @Test(
        "What is not 64 digits is no fingerprint",
        arguments: ["", "0", String(repeating: "0", count: 63), String(repeating: "0", count: 65)]
            + [
                String(repeating: "g", count: 64), String(repeating: "０", count: 64),
                "-" + String(repeating: "0", count: 63),
            ]
    )
    func notHexadecimal(text: String) {
        #expect(PDQHash(hex: text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([PDQHash].self, from: try JSONEncoder().encode([text]))
        }
    }

    @Test("Wrong sizes are refused, tiny ones have no fingerprint")
    func sizes() throws {
        #expect(throws: FingerprintError.wrongByteCount(given: 3, width: 2, height: 2)) {
            try PDQFingerprint(rgb: [1, 2, 3], width: 2, height: 2)
        }
        #expect(throws: FingerprintError.wrongByteCount(given: 3, width: -1, height: -1)) {
            try PDQFingerprint(rgb: [1, 2, 3], width: -1, height: -1)
        }
        #expect(throws: FingerprintError.tooLarge(width: Int.max, height: 2, limit: 65_536)) {
            try WorkFingerprint(rgb: [], width: Int.max, height: 2)
        }
        for (width, height) in [(0, 0), (0, 9), (1, 1), (4, 400), (400, 4)] {
            let rgb = [UInt8](repeating: 9, count: width * height * 3)
            let fingerprint = try PDQFingerprint(rgb: rgb, width: width, height: height)
            #expect(fingerprint.quality == 0)
            #expect(fingerprint.hash.hex == String(repeating: "0", count: 64))
            #expect(try PictureFingerprint(rgb: rgb, width: width, height: height).quality == 0)
            #expect(try WorkFingerprint(rgb: rgb, width: width, height: height).hashes == [fingerprint.hash])
        }
    }
}

extension PDQHash {
    static func random(using generator: inout SeededGenerator) -> PDQHash {
        PDQHash(words: SIMD4(generator.next(), generator.next(), generator.next(), generator.next()))
    }

    /// This one with as many bits changed.
    func changed(bits: Int, using generator: inout SeededGenerator) -> PDQHash {
        var words = words
        for bit in (0..<Self.bitCount).shuffled(using: &generator).prefix(bits) {
            words[bit / 64] ^= 1 << UInt64(bit % 64)
        }
        return PDQHash(words: words)
    }
}
