internal import Foundation

/// The lowest 16 × 16 frequencies of a picture, without the mean: what a fingerprint is made of.
struct PDQSpectrum {
    static let side = 16
    /// Meta's program takes no smaller picture.
    static let leastPixels = 5

    /// By row: vertical frequencies 1 to 16; within a row: horizontal ones.
    private let coefficients: [Float]
    /// 0 to 100: how much goes on in the picture.
    let quality: Int

    /// A row a frequency: 16 × 64 cosines of the DCT of type II, in double, rounded once.
    private static let cosines: [Float] = {
        let scale = Double(Float((2.0 / 64.0).squareRoot()))
        return (1...side).flatMap { frequency in
            (0..<LumaPlane.blockCount).map { place in
                Float(scale * cos(Double.pi / 2 / 64 * Double(frequency) * Double(2 * place + 1)))
            }
        }
    }()

    private init(samples: [Float]) {
        quality = Self.quality(samples)
        coefficients = Self.transform(samples)
    }

    /// Nil for a picture of fewer than 5 pixels on a side, which has no fingerprint.
    ///
    /// - Parameter takesSmallAsItIs: a picture of 64 × 64 is not filtered, as by `pdqhash.compute`; `compute_dihedral` does
    ///   filter it, with a box of one pixel, which changes the last bits of its floats.
    init?(_ plane: LumaPlane, takesSmallAsItIs: Bool) {
        guard min(plane.width, plane.height) >= Self.leastPixels else { return nil }
        let isSmall = plane.width == LumaPlane.blockCount && plane.height == LumaPlane.blockCount
        self.init(samples: isSmall && takesSmallAsItIs ? plane.values : plane.downsampled())
    }

    /// The sum of those steps between neighbours that count: at least a hundredth of the whole range of brightness. The
    /// constants are Meta's (`pdqImageDomainQualityMetric`), found by trial there.
    private static func quality(_ samples: [Float]) -> Int {
        let side = LumaPlane.blockCount
        var sum = 0
        func add(_ first: Float, _ second: Float) { sum += abs(Int((first - second) * 100 / 255)) }
        for row in 0..<side {
            for column in 0..<side {
                let place = row * side + column
                if row + 1 < side { add(samples[place], samples[place + side]) }
                if column + 1 < side { add(samples[place], samples[place + 1]) }
            }
        }
        return min(sum / 90, 100)
    }

    private static func transform(_ samples: [Float]) -> [Float] {
        let count = LumaPlane.blockCount
        var half = [Float](repeating: 0, count: side * count)
        for frequency in 0..<side {
            for row in 0..<count {
                let cosine = cosines[frequency * count + row]
                for column in 0..<count {
                    half[frequency * count + column] += cosine * samples[row * count + column]
                }
            }
        }
        var coefficients = [Float](repeating: 0, count: side * side)
        for vertical in 0..<side {
            for horizontal in 0..<side {
                var sum: Float = 0
                for column in 0..<count {
                    sum += half[vertical * count + column] * cosines[horizontal * count + column]
                }
                coefficients[vertical * side + horizontal] = sum
            }
        }
        return coefficients
    }

    /// The fingerprint of the picture laid down in another way: turning and mirroring only move coefficients and change
    /// their signs.
    func hash(_ symmetry: PictureSymmetry = .upright) -> PDQHash {
        var moved = coefficients
        for row in 0..<Self.side {
            for column in 0..<Self.side {
                let value = coefficients[row * Self.side + column]
                let target = symmetry.exchangesAxes ? column * Self.side + row : row * Self.side + column
                moved[target] = symmetry.negates(row: row, column: column) ? -value : value
            }
        }
        // Of an even number of values, Torben's median is the lower one of the two in the middle.
        let median = moved.sorted()[moved.count / 2 - 1]
        var words = SIMD4<UInt64>()
        for (bit, value) in moved.enumerated() where value > median {
            words[bit / 64] |= 1 << UInt64(bit % 64)
        }
        return PDQHash(words: words)
    }
}
