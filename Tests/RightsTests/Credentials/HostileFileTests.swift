import Foundation
import Imaging
import TestKit
import Testing

@testable import ContentCredentials

/// Files made to break the reader. `HEATSINK_SEED` repeats a run.
@Suite("Hostile files")
struct HostileFileTests {
    private static let seed =
        ProcessInfo.processInfo.environment["HEATSINK_SEED"].flatMap { UInt64($0) }
        ?? .random(in: 0...UInt64(UInt32.max))

    private let signatory: Signatory

    init() throws { signatory = try Signatory() }

    @Test("Random bytes, behind a good beginning or not", arguments: ImageFormat.allCases)
    func randomBytes(format: ImageFormat) throws {
        print("HEATSINK_SEED=\(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        let beginnings: [[UInt8]] = [
            [], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF, 0xEB],
            Array("RIFF\u{10}\u{0}\u{0}\u{0}WEBP".utf8), Array("\u{0}\u{0}\u{0}\u{18}ftypheic".utf8),
        ]
        for _ in 0..<300 {
            let count = Int.random(in: 0...4_096, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let beginning = beginnings.randomElement(using: &generator) ?? []
            let report = try? signatory.reader.read(beginning + bytes, as: format)
            #expect(report == nil || report?.verdict == .absent || report?.verdict == .invalid)
        }
    }

    @Test("Changed at random, many times over", arguments: ImageFormat.writable)
    func mutations(format: ImageFormat) throws {
        print("HEATSINK_SEED=\(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        let first = try signatory.credentials.sign(
            Studio.picture(format, side: 16),
            as: format,
            saying: Studio.description(id: "1")
        )
        let signed = try signatory.credentials.sign(
            Studio.picture(format, seed: 2, side: 16),
            as: format,
            saying: Studio.description(.edited(Studio.ingredient(first.bytes, format)), id: "2")
        ).bytes
        for _ in 0..<3_000 {
            var bytes = signed
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let start = Int.random(in: 0...bytes.count, using: &generator)
                let end = min(bytes.count, start + Int.random(in: 0...64, using: &generator))
                switch Int.random(in: 0..<6, using: &generator) {
                case 0 where start < bytes.count: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1 where start < bytes.count:
                    bytes[start] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
                case 2: bytes.removeSubrange(start..<end)
                case 3: bytes.insert(contentsOf: bytes[start..<end], at: start)
                case 4: bytes.removeSubrange(start...)
                default: bytes.insert(.random(in: .min ... .max, using: &generator), at: start)
                }
            }
            _ = try? signatory.reader.read(bytes, as: format)
        }
    }

    @Test("Cut short anywhere", arguments: ImageFormat.writable)
    func truncations(format: ImageFormat) throws {
        let signed = try signatory.credentials.sign(
            Studio.picture(format, side: 16),
            as: format,
            saying: Studio.description()
        ).bytes
        for count in stride(from: 0, to: signed.count, by: 7) {
            let report = try? signatory.reader.read(Array(signed.prefix(count)), as: format)
            #expect(report?.verdict != .trusted && report?.verdict != .valid, "\(count) of \(signed.count)")
        }
    }

    @Test("A large file of one format, called another")
    func large() throws {
        let zeros = [UInt8](repeating: 0, count: 16 << 20)
        for format in ImageFormat.allCases {
            #expect(throws: CredentialsError.self, "\(format)") { try signatory.reader.read(zeros, as: format) }
        }
    }

    @Test("What was said of one file is not said of the next", arguments: ImageFormat.allCases)
    func staleMessages(format: ImageFormat) throws {
        var changed = try signatory.credentials.sign(Studio.picture(.png), as: .png, saying: Studio.description()).bytes
        changed[100] ^= 0xFF
        for _ in 0..<2 {
            _ = try? signatory.reader.read(changed, as: .png)
            _ = try? signatory.reader.read(Studio.picture(.png), as: .png)
            #expect(throws: CredentialsError.self) {
                try signatory.reader.read([UInt8](repeating: 0, count: 4_096), as: format)
            }
        }
    }

    @Test("Boxes within boxes")
    func nested() throws {
        func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
            withUnsafeBytes(of: UInt32(content.count + 8).bigEndian, Array.init) + Array(type.utf8) + content
        }
        let kind: [UInt8] = [0x63, 0x32, 0x70, 0x61, 0, 0x11, 0, 0x10, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        let description = box("jumd", kind + [3] + Array("c2pa".utf8) + [0])
        var boxes: [UInt8] = []
        for _ in 0..<5_000 { boxes = box("jumb", description + boxes) }
        let picture = try Studio.picture(.png)
        // Readers of manifests do not look at a chunk's checksum.
        let length = withUnsafeBytes(of: UInt32(boxes.count).bigEndian, Array.init)
        let chunk = length + Array("caBX".utf8) + boxes + [0, 0, 0, 0]
        let report = try? signatory.reader.read(Array(picture.prefix(33)) + chunk + picture.dropFirst(33), as: .png)
        #expect(report == nil || report?.verdict == .invalid)
    }

    @Test("What is no picture cannot be signed", arguments: ImageFormat.writable)
    func signing(format: ImageFormat) throws {
        for bytes in [[], Array("no picture".utf8), [UInt8](repeating: 0xFF, count: 10_000)] {
            #expect(throws: CredentialsError.self) {
                try signatory.credentials.sign(bytes, as: format, saying: Studio.description())
            }
        }
    }
}
