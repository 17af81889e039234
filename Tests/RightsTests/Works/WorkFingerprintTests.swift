import Foundation
import Imaging
import TestKit
import Testing

@testable import WorkRegistry

@Suite("Works' fingerprints as bytes")
struct WorkFingerprintTests {
    private static func fingerprint(_ seed: Int = 3) throws -> WorkFingerprint {
        let picture = Specimen.crowd(160, 120, seed)
        return try WorkFingerprint(rgb: picture.rgb, width: picture.width, height: picture.height)
    }

    /// With a right checksum, so that what is behind it is looked at.
    private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let checksum = CRC32.checksum(of: bytes[...])
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> ($0 * 8)) }
    }

    @Test("There and back it is the same, as bytes and as JSON", arguments: 0..<4)
    func roundTrip(seed: Int) throws {
        let fingerprint = try Self.fingerprint(seed)
        #expect(fingerprint.detail?.points.isEmpty == false)
        #expect(fingerprint.bytes.count < 1_500)
        #expect(try WorkFingerprint(bytes: fingerprint.bytes) == fingerprint)
        #expect(
            try JSONDecoder().decode([WorkFingerprint].self, from: try JSONEncoder().encode([fingerprint])) == [
                fingerprint
            ]
        )
        var generator = SeededGenerator(seed: UInt64(seed))
        let listed = WorkFingerprint(hashes: (0..<96).map { _ in PDQHash.random(using: &generator) }, quality: 70)
        #expect(try WorkFingerprint(bytes: listed.bytes) == listed)
    }

    @Test("Every changed byte and every cut is seen")
    func damage() throws {
        let bytes = try Self.fingerprint().bytes
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x41
            #expect(throws: WorkFingerprintError.self) { try WorkFingerprint(bytes: damaged) }
            #expect(throws: WorkFingerprintError.self) { try WorkFingerprint(bytes: Array(bytes[..<place])) }
        }
        #expect(throws: WorkFingerprintError.self) { try WorkFingerprint(bytes: bytes + [0]) }
    }

    @Test("Hostile bytes with a right checksum are refused with the reason")
    func hostile() throws {
        let body = Array(try Self.fingerprint().bytes.dropLast(4))
        func changed(_ place: Int, _ values: UInt8...) -> [UInt8] {
            var body = body
            body.replaceSubrange(place..<place + values.count, with: values)
            return Self.sealed(body)
        }
        let detail = 3 + 32
        #expect(throws: Never.self) { try WorkFingerprint(bytes: Self.sealed(body)) }
        #expect(throws: WorkFingerprintError.unknownVersion(2)) { try WorkFingerprint(bytes: changed(0, 2)) }
        #expect(throws: WorkFingerprintError.outOfRange) { try WorkFingerprint(bytes: changed(1, 101)) }
        #expect(throws: WorkFingerprintError.outOfRange) { try WorkFingerprint(bytes: changed(2, 0)) }
        #expect(throws: WorkFingerprintError.outOfRange) { try WorkFingerprint(bytes: changed(2, 97)) }
        #expect(throws: WorkFingerprintError.wrongLength) { try WorkFingerprint(bytes: changed(2, 96)) }
        #expect(throws: WorkFingerprintError.outOfRange) { try WorkFingerprint(bytes: changed(detail, 0, 0)) }
        #expect(throws: WorkFingerprintError.outOfRange) { try WorkFingerprint(bytes: changed(detail + 2, 0xFF, 0xFF)) }
        #expect(throws: WorkFingerprintError.wrongLength) {
            try WorkFingerprint(bytes: changed(detail + 4 + 1_024, 255))
        }
        #expect(throws: WorkFingerprintError.outOfRange) {
            try WorkFingerprint(bytes: changed(detail + 5 + 1_024, 0xFF, 0xFF))
        }
        let many = body.prefix(detail + 4 + 1_024) + [33] + [UInt8](repeating: 0, count: 33 * 12)
        #expect(throws: WorkFingerprintError.outOfRange) { try WorkFingerprint(bytes: Self.sealed(Array(many))) }
        #expect(throws: WorkFingerprintError.wrongLength) { try WorkFingerprint(bytes: []) }
        #expect(throws: WorkFingerprintError.wrongLength) { try WorkFingerprint(bytes: [1]) }
    }

    @Test("Noise is refused, whatever it is")
    func noise() {
        for seed in 0..<500 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let noise = (0..<generator.next() % 2_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            #expect(throws: WorkFingerprintError.self, "seed \(seed)") {
                try WorkFingerprint(bytes: [1, 60, 1] + noise)
            }
            // What is read without a failure is written again as it was.
            let bytes = Self.sealed([1, 60, 1] + noise)
            if let fingerprint = try? WorkFingerprint(bytes: bytes) {
                #expect(fingerprint.bytes == bytes, "seed \(seed)")
            }
        }
    }
}
