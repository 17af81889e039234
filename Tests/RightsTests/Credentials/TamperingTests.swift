import Foundation
import Imaging
import TestKit
import Testing

@testable import ContentCredentials

/// Changed files. `HEATSINK_SEED` repeats a run.
@Suite("Tampering")
struct TamperingTests {
    private static let seed =
        ProcessInfo.processInfo.environment["HEATSINK_SEED"].flatMap { UInt64($0) }
        ?? .random(in: 0...UInt64(UInt32.max))

    private let signatory: Signatory

    init() throws { signatory = try Signatory() }

    private func verdict(_ bytes: [UInt8], _ format: ImageFormat) -> CredentialsReport.Verdict? {
        try? signatory.reader.read(bytes, as: format).verdict
    }

    @Test("Each of 200 bits of the picture is missed", arguments: ImageFormat.writable)
    func picture(format: ImageFormat) throws {
        print("HEATSINK_SEED=\(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        let picture = try Studio.picture(format, side: 256)
        let signed = try signatory.credentials.sign(picture, as: format, saying: Studio.description()).bytes
        let manifest = try Studio.manifestRange(of: signed, format)
        let places = Array(0..<manifest.lowerBound) + Array(manifest.upperBound..<signed.count)
        #expect(places.count > 1_000)
        for _ in 0..<200 {
            let place = try #require(places.randomElement(using: &generator))
            var changed = signed
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            // A file whose frame is broken is no picture any more, or has no manifest that can be found.
            let verdict = verdict(changed, format)
            #expect(
                verdict == .tampered || verdict == nil || verdict == .absent || verdict == .invalid,
                "HEATSINK_SEED=\(Self.seed), byte \(place) of \(signed.count)"
            )
        }
    }

    @Test("Each bit of the manifest is missed, or nobody reads it", arguments: ImageFormat.writable)
    func manifest(format: ImageFormat) throws {
        print("HEATSINK_SEED=\(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        let picture = try Studio.picture(format)
        let signed = try signatory.credentials.sign(picture, as: format, saying: Studio.description()).bytes
        let original = try signatory.reader.read(signed, as: format)
        let range = try Studio.manifestRange(of: signed, format)
        var unread = 0
        for _ in 0..<400 {
            let place = Int.random(in: range, using: &generator)
            var changed = signed
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            guard let report = try? signatory.reader.read(changed, as: format), report.verdict == .trusted else {
                continue
            }
            // Padding, and names of boxes: what the manifest says is as it was.
            unread += 1
            #expect(report == original, "HEATSINK_SEED=\(Self.seed), byte \(place)")
        }
        print("\(format): \(unread) of 400 changes within the manifest touched only padding")
    }

    @Test("A byte more, a byte less, bytes exchanged", arguments: ImageFormat.writable)
    func lengths(format: ImageFormat) throws {
        let picture = try Studio.picture(format)
        let signed = try signatory.credentials.sign(picture, as: format, saying: Studio.description()).bytes
        #expect(verdict(signed + [0], format) != .trusted)
        #expect(verdict(Array(signed.dropLast()), format) != .trusted)
        let other = try signatory.credentials.sign(
            Studio.picture(format, seed: 9),
            as: format,
            saying: Studio.description()
        ).bytes
        var exchanged = signed
        exchanged.replaceSubrange(
            try Studio.manifestRange(of: signed, format),
            with: other[try Studio.manifestRange(of: other, format)]
        )
        let result = verdict(exchanged, format)
        #expect(result == .tampered || result == nil, "\(String(describing: result))")
    }
}
