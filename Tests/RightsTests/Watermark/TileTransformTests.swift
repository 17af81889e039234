import Foundation
import Testing

@testable import Watermarking

@Suite("The transform of a tile")
struct TileTransformTests {
    @Test("finds a wave where it is", arguments: [(0, 0), (1, 0), (0, 5), (21, 127), (64, 64)])
    func wave(horizontal: Int, vertical: Int) {
        let side = WatermarkDesign.tile
        func angle(_ place: Int) -> Double {
            2 * .pi * Double(horizontal * (place % side) + vertical * (place / side)) / Double(side)
        }
        var real = (0..<side * side).map { Float(cos(angle($0))) }
        var imaginary = (0..<side * side).map { Float(sin(angle($0))) }
        TileTransform().forward(&real, &imaginary)
        for place in real.indices {
            let expected: Float = place == vertical * side + horizontal ? Float(side * side) : 0
            guard abs(real[place] - expected) > 1 || abs(imaginary[place]) > 1 else { continue }
            Issue.record("\(real[place]) + \(imaginary[place]) i at \(place)")
        }
    }
}
