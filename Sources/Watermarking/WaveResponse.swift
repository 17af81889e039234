internal import Foundation

/// What ``WhitenedPlane``'s filter leaves of the height of a wave.
struct WaveResponse {
    private let horizontal: [(narrow: Float, wide: Float)]
    private let vertical: [(narrow: Float, wide: Float)]

    init(narrowRadius: Int, wideRadius: Int, horizontalScale: Double, verticalScale: Double) {
        func table(_ scale: Double) -> [(narrow: Float, wide: Float)] {
            (0...WatermarkDesign.highest).map { cycles in
                let frequency = Double(cycles) / (Double(WatermarkDesign.tile) * scale)
                return (Self.kernel(narrowRadius, frequency), Self.kernel(wideRadius, frequency))
            }
        }
        horizontal = table(horizontalScale)
        vertical = table(verticalScale)
    }

    /// What the mean of a row of 2 * radius + 1 pixels leaves of a wave: Dirichlet's kernel.
    private static func kernel(_ radius: Int, _ cyclesPerPixel: Double) -> Float {
        let sine = sin(Double.pi * cyclesPerPixel)
        guard abs(sine) > 1e-9 else { return 1 }
        let count = Double(2 * radius + 1)
        return Float(sin(Double.pi * cyclesPerPixel * count) / (count * sine))
    }

    func height(of carrier: WatermarkCarriers.Carrier) -> Float {
        let (across, down) = (horizontal[abs(carrier.horizontal)], vertical[abs(carrier.vertical)])
        return across.narrow * down.narrow - across.wide * down.wide
    }
}
