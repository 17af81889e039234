import Foundation

extension Scene {
    /// What JPEG of quality 50 leaves: each 8 × 8 block of each channel through the cosine transform, rounded to the steps of
    /// table K.1 of ITU-T T.81, and back. Colour is not subsampled, since the mark is in the brightness.
    func quantised() -> Scene {
        var scene = self
        for top in stride(from: 0, to: height - 7, by: 8) {
            for left in stride(from: 0, to: width - 7, by: 8) {
                for channel in 0..<3 {
                    var block = (0..<64).map { place in
                        Float(rgb[((top + place / 8) * width + left + place % 8) * 3 + channel]) - 128
                    }
                    block = Self.transformed(block, Self.cosines)
                    for place in 0..<64 {
                        block[place] = (block[place] / Self.steps[place]).rounded() * Self.steps[place]
                    }
                    block = Self.transformed(block, Self.transposed)
                    for place in 0..<64 {
                        let value = min(max(block[place].rounded() + 128, 0), 255)
                        scene.rgb[((top + place / 8) * width + left + place % 8) * 3 + channel] = UInt8(value)
                    }
                }
            }
        }
        return scene
    }

    /// `matrix · block · matrixᵀ`.
    private static func transformed(_ block: [Float], _ matrix: [Float]) -> [Float] {
        var half = [Float](repeating: 0, count: 64)
        var whole = half
        for row in 0..<8 {
            for column in 0..<8 {
                var sum: Float = 0
                for place in 0..<8 { sum += matrix[row * 8 + place] * block[place * 8 + column] }
                half[row * 8 + column] = sum
            }
        }
        for row in 0..<8 {
            for column in 0..<8 {
                var sum: Float = 0
                for place in 0..<8 { sum += half[row * 8 + place] * matrix[column * 8 + place] }
                whole[row * 8 + column] = sum
            }
        }
        return whole
    }

    private static let cosines: [Float] = (0..<64).map { place in
        let (wave, pixel) = (Double(place / 8), Double(place % 8))
        return Float((wave == 0 ? 0.125 : 0.25).squareRoot() * cos((2 * pixel + 1) * wave * .pi / 16))
    }

    private static let transposed: [Float] = (0..<64).map { cosines[$0 % 8 * 8 + $0 / 8] }

    private static let steps: [Float] = [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ]
}
