import Testing
import Watermarking

/// A made-up picture with a sky, patches and grain, and what may happen to it.
struct Scene: CustomTestStringConvertible {
    var rgb: [UInt8]
    private(set) var width: Int
    private(set) var height: Int

    // Without it, failures would print every pixel.
    var testDescription: String { "\(width) × \(height) pixels" }

    init(rgb: [UInt8], width: Int, height: Int) {
        self.rgb = rgb
        self.width = width
        self.height = height
    }

    init(width: Int, height: Int, seed: UInt64 = 1) {
        var generator = SplitMix64(state: seed)
        let patches = (0..<40).map { _ in
            (
                column: Int.random(in: 0..<width, using: &generator),
                row: Int.random(in: height / 3..<height, using: &generator),
                side: Int.random(in: 8..<48, using: &generator),
                level: Int.random(in: -60...60, using: &generator)
            )
        }
        var brightness = [Int](repeating: 0, count: width * height)
        for row in 0..<height {
            for column in 0..<width {
                // The grain of the ground is rougher than that of the sky.
                let grain = row < height / 3 ? 1 : 12
                brightness[row * width + column] =
                    190 - 90 * row / height + Int.random(in: -grain...grain, using: &generator)
            }
        }
        for patch in patches {
            for row in patch.row..<min(patch.row + patch.side, height) {
                for column in patch.column..<min(patch.column + patch.side, width) {
                    brightness[row * width + column] += patch.level
                }
            }
        }
        rgb = brightness.flatMap { [Self.level($0 - 10), Self.level($0), Self.level($0 + 15)] }
        self.width = width
        self.height = height
    }

    static func plain(_ color: [UInt8], side: Int) -> Scene {
        Scene(rgb: (0..<side * side).flatMap { _ in color }, width: side, height: side)
    }

    static func noise(side: Int) -> Scene {
        var generator = SplitMix64(state: 9)
        let rgb = (0..<3 * side * side).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Scene(rgb: rgb, width: side, height: side)
    }

    private static func level(_ value: Int) -> UInt8 { UInt8(min(max(value, 0), 255)) }

    func marked(_ watermark: Watermark, id: UInt64) throws -> Scene {
        var scene = self
        _ = try watermark.mark(&scene.rgb, width: width, height: height, id: id)
        return scene
    }

    func read(_ watermark: Watermark) throws -> WatermarkReading? {
        try watermark.read(rgb: rgb, width: width, height: height)
    }

    /// Each two by two pixels as one.
    func halved() -> Scene {
        var halved: [UInt8] = []
        for row in 0..<height / 2 {
            for column in 0..<width / 2 {
                for channel in 0..<3 {
                    let first = (2 * row * width + 2 * column) * 3 + channel
                    let sum = [0, 3, 3 * width, 3 * width + 3].reduce(2) { $0 + Int(rgb[first + $1]) }
                    halved.append(UInt8(sum / 4))
                }
            }
        }
        return Scene(rgb: halved, width: width / 2, height: height / 2)
    }

    func cropped(left: Int, top: Int, width: Int, height: Int) -> Scene {
        let rows = (top..<top + height).map { row in
            rgb[(row * self.width + left) * 3..<(row * self.width + left + width) * 3]
        }
        return Scene(rgb: rows.flatMap(\.self), width: width, height: height)
    }

    func mirrored() -> Scene {
        var turned = self
        for row in 0..<height {
            for column in 0..<width {
                for channel in 0..<3 {
                    turned.rgb[(row * width + column) * 3 + channel] =
                        rgb[(row * width + width - 1 - column) * 3 + channel]
                }
            }
        }
        return turned
    }

    func changed(_ change: (Int) -> Int) -> Scene {
        Scene(rgb: rgb.map { Self.level(change(Int($0))) }, width: width, height: height)
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
