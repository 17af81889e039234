import Foundation
import Imaging
import TestKit
import Testing

@testable import ContentCredentials

/// Pictures and what they say, for tests.
enum Studio {
    static let date = Date(timeIntervalSince1970: 1_764_000_000)

    /// Waves with some noise: it compresses like a painting, and each seed is another one.
    static func picture(_ format: ImageFormat, seed: UInt64 = 1, side: Int = 64) throws -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        let phase = Double.random(in: 0..<6, using: &generator)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(side * side * 3)
        for y in 0..<side {
            for x in 0..<side {
                let wave = sin(Double(x) / 17 + phase) + cos(Double(y) / 23 - phase)
                for channel in 0..<3 {
                    let noise = Double.random(in: -4...4, using: &generator)
                    bytes.append(UInt8(max(0, min(255, 128 + wave * Double(30 + 10 * channel) + noise))))
                }
            }
        }
        let raster = Raster(size: PixelSize(width: side, height: side), channels: 3, bytes: bytes)
        return try raster.encoded(as: ImageEncoding(format: format, quality: 90))
    }

    static func description(
        _ origin: ManifestDescription.Origin = .generated(),
        id: String = "picture-1"
    ) -> ManifestDescription {
        ManifestDescription(
            title: "A picture",
            origin: origin,
            model: ManifestDescription.Software(name: "meadow", version: "2.1"),
            generator: ManifestDescription.Software(name: "Heatsink", version: "1.0"),
            date: date,
            pictureID: id,
            policy: PictureStatement.Policy(name: "considerate", version: "sha256:abc", actions: ["rewrite", "label"]),
            labels: ["in a known manner"],
            watermark: 0x0123_4567_89AB_CDEF
        )
    }

    /// The part of a file that holds the manifest: a chunk `caBX` of PNG, segments APP11 of JPEG, a chunk `C2PA` of WebP
    /// (<https://spec.c2pa.org/specifications/specifications/2.4/specs/C2PA_Specification.html>, appendix A).
    static func manifestRange(of file: [UInt8], _ format: ImageFormat) throws -> Range<Int> {
        func number(at place: Int, bytes: Int, isLittle: Bool = false) -> Int {
            let digits = file[place..<place + bytes]
            return (isLittle ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
        }
        let data = Data(file)
        switch format {
        case .png:
            let start = try #require(data.firstRange(of: Data("caBX".utf8))).lowerBound - 4
            return start..<start + 12 + number(at: start, bytes: 4)
        case .webp:
            let start = try #require(data.firstRange(of: Data("C2PA".utf8))).lowerBound
            let length = number(at: start + 4, bytes: 4, isLittle: true)
            return start..<start + 8 + length + length % 2
        default:
            let start = try #require(data.firstRange(of: Data([0xFF, 0xEB]))).lowerBound
            var end = start
            while file[end...].starts(with: [0xFF, 0xEB]) { end += 2 + number(at: end + 2, bytes: 2) }
            return start..<end
        }
    }

    static func ingredient(_ bytes: [UInt8], _ format: ImageFormat) -> PictureIngredient {
        PictureIngredient(bytes: bytes, format: format)
    }
}

/// A server's identity in a folder of its own.
struct Signatory {
    let folder: TemporaryFolder
    let identity: SigningIdentity
    let credentials: ContentCredentials
    let reader: CredentialsReader

    init() throws {
        folder = try TemporaryFolder()
        identity = try .development(in: folder.path)
        credentials = try ContentCredentials(identity: identity)
        reader = try CredentialsReader(own: [identity])
    }
}
