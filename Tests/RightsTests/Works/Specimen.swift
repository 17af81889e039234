import Foundation
import TestKit

/// Pictures made by formulas of whole numbers, the same as in `Fixtures/make.py`.
struct Specimen {
    let width: Int
    let height: Int
    private(set) var rgb: [UInt8]

    init(width: Int, height: Int, pixel: (_ x: Int, _ y: Int) -> [UInt8]) {
        self.width = width
        self.height = height
        rgb = (0..<height).flatMap { y in (0..<width).flatMap { x in pixel(x, y) } }
    }

    static func named(_ kind: String, width: Int, height: Int, seed: Int) throws -> Specimen {
        switch kind {
        case "waves": waves(width, height, seed)
        case "boxes": boxes(width, height, seed)
        case "noise": noise(width, height, seed)
        case "plain":
            Specimen(width: width, height: height) { _, _ in
                [UInt8(seed % 256), UInt8(seed * 7 % 256), UInt8(seed * 31 % 256)]
            }
        case "ramp":
            Specimen(width: width, height: height) { x, y in
                [
                    UInt8(x * 255 / max(width - 1, 1)), UInt8(y * 255 / max(height - 1, 1)),
                    UInt8((x + y + seed) % 256),
                ]
            }
        default: try photo()
        }
    }

    private static func triangle(_ value: Int, _ period: Int) -> Int {
        let phase = value % (2 * period)
        return min(phase, 2 * period - phase) * 255 / period
    }

    static func waves(_ width: Int, _ height: Int, _ seed: Int) -> Specimen {
        var generator = SeededGenerator(seed: UInt64(seed))
        func next(_ limit: UInt64) -> Int { Int(generator.next() % limit) }
        let planes = (0..<3).map { _ in
            [next(7) + 1, next(7) + 1, next(90) + 20, next(7) + 1, next(7) + 1, next(90) + 20]
        }
        return Specimen(width: width, height: height) { x, y in
            planes.map { plane in
                let first = triangle(x * plane[0] + y * plane[1], plane[2])
                let second = triangle(x * plane[3] + (height - y) * plane[4], plane[5])
                return UInt8((first + second) / 2)
            }
        }
    }

    /// - Parameters:
    ///   - count: how many boxes; the fixtures have 12.
    ///   - share: a box's sides are at most the picture's, divided by this; in the fixtures by 1.
    static func boxes(_ width: Int, _ height: Int, _ seed: Int, count: Int = 12, share: Int = 1) -> Specimen {
        var generator = SeededGenerator(seed: UInt64(seed))
        func next(_ limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }
        let ground = UInt8(next(256))
        var picture = Specimen(width: width, height: height) { _, _ in [ground, ground, ground] }
        for _ in 0..<count {
            let (x, y) = (next(width), next(height))
            let (right, bottom) = (x + 1 + next(width / share), y + 1 + next(height / share))
            let colour = (0..<3).map { _ in UInt8(next(256)) }
            for row in y..<min(bottom, height) {
                for column in x..<min(right, width) {
                    let place = (row * width + column) * 3
                    picture.rgb.replaceSubrange(place..<place + 3, with: colour)
                }
            }
        }
        return picture
    }

    /// Much goes on everywhere in it, as in a street full of people.
    static func crowd(_ width: Int, _ height: Int, _ seed: Int) -> Specimen {
        boxes(width, height, seed, count: 80, share: 4)
    }

    private static func noise(_ width: Int, _ height: Int, _ seed: Int) -> Specimen {
        var generator = SeededGenerator(seed: UInt64(seed))
        return Specimen(width: width, height: height) { _, _ in (0..<3).map { _ in UInt8(generator.next() >> 56) } }
    }

    /// `hopper.ppm`: a header of three lines, then the bytes.
    private static func photo() throws -> Specimen {
        let bytes = [UInt8](try Data(contentsOf: fixtures.appending(path: "hopper.ppm")))
        let pixels = Array(bytes.suffix(137 * 161 * 3))
        return Specimen(width: 137, height: 161) { x, y in Array(pixels[(y * 137 + x) * 3..<(y * 137 + x) * 3 + 3]) }
    }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    // MARK: What is done to pictures

    /// The part from a corner on; fractions of the sides.
    func cropped(left: Double, top: Double, scale: Double) -> Specimen {
        cropped(left: left, top: top, width: scale, height: scale)
    }

    func cropped(left: Double, top: Double, width share: Double, height rowShare: Double) -> Specimen {
        let x0 = Int((left * Double(width)).rounded())
        let y0 = Int((top * Double(height)).rounded())
        return Specimen(
            width: Int((share * Double(width)).rounded()),
            height: Int((rowShare * Double(height)).rounded())
        ) { x, y in
            let place = ((y0 + y) * width + x0 + x) * 3
            return Array(rgb[place..<place + 3])
        }
    }

    /// Means of 2 × 2 pixels.
    func halved() -> Specimen {
        Specimen(width: width / 2, height: height / 2) { x, y in
            (0..<3).map { channel in
                let places = [(0, 0), (1, 0), (0, 1), (1, 1)].map {
                    ((2 * y + $0.1) * width + 2 * x + $0.0) * 3 + channel
                }
                return UInt8(places.reduce(0) { $0 + Int(rgb[$1]) } / 4)
            }
        }
    }

    func mirrored() -> Specimen {
        Specimen(width: width, height: height) { x, y in
            let place = (y * width + width - 1 - x) * 3
            return Array(rgb[place..<place + 3])
        }
    }

    /// A quarter turn with the clock.
    func turned() -> Specimen {
        Specimen(width: height, height: width) { x, y in
            let place = ((height - 1 - x) * width + y) * 3
            return Array(rgb[place..<place + 3])
        }
    }

    /// Brighter, of less contrast and noisy.
    func worn(seed: UInt64) -> Specimen {
        var generator = SeededGenerator(seed: seed)
        return Specimen(width: width, height: height) { x, y in
            let place = (y * width + x) * 3
            return rgb[place..<place + 3].map { UInt8(min(Int($0) * 7 / 8 + 12 + Int(generator.next() % 17), 255)) }
        }
    }
}
