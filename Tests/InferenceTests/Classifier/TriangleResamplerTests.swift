import Imaging
import Testing

@testable import Inference

@Suite("Making a picture smaller as Pillow does")
struct TriangleResamplerTests {
    /// What `Image.resize((224, 224), BILINEAR)` of Pillow 13.0.0 made of the same pictures.
    @Test(
        "The bytes are Pillow's",
        arguments: [
            (PixelSize(width: 700, height: 500), 0x6169_a264_ec11_d363),
            (PixelSize(width: 451, height: 300), 0xcc07_7bbc_0447_f4cb),
            (PixelSize(width: 100, height: 60), 0x5765_2af9_678c_47b5),
            (PixelSize(width: 224, height: 224), 0x3cde_f82d_403b_cff4),
            (PixelSize(width: 225, height: 223), 0xfb89_5509_c1ff_d944),
            (PixelSize(width: 2_000, height: 3), 0xeff1_09ab_753d_9eb7),
            (PixelSize(width: 1, height: 1), 0xbaa4_42b6_b278_7325),
        ] as [(PixelSize, UInt64)]
    )
    func agreesWithPillow(size: PixelSize, checksum: UInt64) {
        let bytes = TriangleResampler(from: size, to: PixelSize(width: 224, height: 224)).resize(.pattern(size))
        #expect(bytes.count == 224 * 224 * 3)
        // FNV-1a.
        let found = bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        #expect(found == checksum)
    }

    /// Later versions of Pillow go over the rows first in some of them, which rounds elsewhere.
    @Test("A picture that is higher than wide becomes the same, to one level", arguments: [(451, 300), (600, 40)])
    func treatsBothSidesAlike(width: Int, height: Int) {
        let square = PixelSize(width: 64, height: 64)
        let lying = Raster.pattern(PixelSize(width: width, height: height))
        let standing = lying.transposed
        let upright = TriangleResampler(from: standing.size, to: square).resize(standing)
        let small = TriangleResampler(from: lying.size, to: square).resize(lying)
        let turned = Raster(size: square, channels: 3, bytes: small).transposed
        let differences = zip(upright, turned.bytes).map { abs(Int($0) - Int($1)) }
        #expect(differences.allSatisfy { $0 <= 1 })
    }

    @Test("An edge between two colours becomes their mean by its place")
    func blendsAnEdge() {
        let rows = (0..<4).map { row in
            (0..<6).flatMap { column -> [UInt8] in
                let isLeft = column < 3
                return [isLeft ? 255 : 0, 0, isLeft ? 10 : 0].map { $0 &+ (row < 2 ? 0 : 20) }
            }
        }
        let picture = Raster(size: PixelSize(width: 6, height: 4), channels: 3, bytes: rows.flatMap(\.self))
        let small = TriangleResampler(from: picture.size, to: PixelSize(width: 3, height: 2)).resize(picture)
        #expect(small == [221, 3, 13, 113, 3, 8, 3, 3, 3, 53, 17, 27, 35, 17, 22, 17, 17, 17])
    }
}

extension Raster {
    /// A picture by a formula, so that other programs can make the same.
    static func pattern(_ size: PixelSize) -> Raster {
        let bytes = (0..<UInt64(size.area * 3)).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        return Raster(size: size, channels: 3, bytes: bytes)
    }

    /// Rows become columns.
    fileprivate var transposed: Raster {
        var pixels: [UInt8] = []
        for column in 0..<size.width {
            for row in 0..<size.height {
                let start = (row * size.width + column) * 3
                pixels += bytes[start..<start + 3]
            }
        }
        return Raster(size: PixelSize(width: size.height, height: size.width), channels: 3, bytes: pixels)
    }
}
