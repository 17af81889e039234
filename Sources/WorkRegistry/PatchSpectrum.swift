internal import Foundation

/// The lowest frequencies of a square patch of a picture.
struct PatchSpectrum {
    /// Pixels on a side of a patch; with a plane's ``InterestPoint/meanSide`` a quarter of the picture.
    static let side = 32
    private static let sampleCount = 16
    private static let frequencyCount = 9
    /// How many bits are taken for doubtful.
    private static let doubtfulCount = 12

    /// Vertical and horizontal frequency of each bit: the lowest sums first, without the mean.
    private static let frequencies: [(row: Int, column: Int)] = {
        let all = (0..<frequencyCount).flatMap { row in (0..<frequencyCount).map { (row: row, column: $0) } }
        let sorted = all.dropFirst().sorted {
            let (first, second) = ($0.row + $0.column, $1.row + $1.column)
            let (slantFirst, slantSecond) = (abs($0.row - $0.column), abs($1.row - $1.column))
            return (first, slantFirst, $0.row) < (second, slantSecond, $1.row)
        }
        return Array(sorted.prefix(64))
    }()

    static let oddColumns = frequencies.enumerated().reduce(UInt64(0)) { bits, frequency in
        frequency.element.column.isMultiple(of: 2) ? bits : bits | 1 << UInt64(frequency.offset)
    }

    /// A row a frequency: the cosines of the DCT of type II.
    private static let cosines: [Float] = (0..<frequencyCount).flatMap { frequency in
        (0..<sampleCount).map { place in
            Float(cos(Double.pi / Double(sampleCount) * Double(frequency) * (Double(place) + 0.5)))
        }
    }

    /// By bit.
    private let coefficients: [Float]

    /// - Parameters:
    ///   - plane: slightly blurred, so that samples two pixels apart stand for it.
    ///   - x: the middle, in pixels from the middle of the first one; half a patch and a pixel from any edge at least.
    ///   - y: the same, from top to bottom.
    init(of plane: LumaPlane, x: Float, y: Float) {
        let samples = Self.samples(of: plane, x, y)
        let (count, frequencyCount) = (Self.sampleCount, Self.frequencyCount)
        var half = [Float](repeating: 0, count: frequencyCount * count)
        for frequency in 0..<frequencyCount {
            for row in 0..<count {
                let cosine = Self.cosines[frequency * count + row]
                for column in 0..<count { half[frequency * count + column] += cosine * samples[row * count + column] }
            }
        }
        coefficients = Self.frequencies.map { frequency in
            var sum: Float = 0
            for column in 0..<count {
                sum += half[frequency.row * count + column] * Self.cosines[frequency.column * count + column]
            }
            return sum
        }
    }

    private static func samples(of plane: LumaPlane, _ x: Float, _ y: Float) -> [Float] {
        let step = Float(side) / Float(sampleCount)
        let offset = Float(sampleCount - 1) / 2
        var samples: [Float] = []
        samples.reserveCapacity(sampleCount * sampleCount)
        for row in 0..<sampleCount {
            let vertical = y + (Float(row) - offset) * step
            let top = min(max(Int(vertical), 0), plane.height - 2)
            let down = vertical - Float(top)
            for column in 0..<sampleCount {
                let horizontal = x + (Float(column) - offset) * step
                let left = min(max(Int(horizontal), 0), plane.width - 2)
                let right = horizontal - Float(left)
                let place = top * plane.width + left
                let upper = plane.values[place] * (1 - right) + plane.values[place + 1] * right
                let below = place + plane.width
                let lower = plane.values[below] * (1 - right) + plane.values[below + 1] * right
                samples.append(upper * (1 - down) + lower * down)
            }
        }
        return samples
    }

    var descriptor: PointDescriptor {
        PointDescriptor(
            bits: coefficients.enumerated().reduce(0) { $1.element > 0 ? $0 | 1 << UInt64($1.offset) : $0 }
        )
    }

    /// The bits that belong to keys whose waves are weakest, which a little noise turns round; the weakest first.
    var doubtful: [UInt8] {
        let bits = (0..<PointDescriptor.keyBitCount).sorted {
            (abs(coefficients[$0]), $0) < (abs(coefficients[$1]), $1)
        }
        return bits.prefix(Self.doubtfulCount).map { UInt8($0) }
    }
}
