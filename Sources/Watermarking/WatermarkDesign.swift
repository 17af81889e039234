internal import Foundation

/// The numbers of the mark. Those above the line must be the same for whoever marks and whoever reads: changing one makes
/// earlier marks unreadable. All were chosen by trial on photographs, stylised photographs and painted landscapes.
enum WatermarkDesign {
    /// The side of the tile that repeats over the picture, in pixels.
    static let tile = 128
    /// The frequencies used, in cycles a tile: slower ones show as blotches and drown in what is painted, faster ones do not
    /// survive half size with JPEG quality 75, or WebP. 21 are 0.16 cycles a pixel.
    static let lowest = 4
    static let highest = 21
    /// How often each bit of the code is sent in a tile; the waves left over are for synchronisation.
    static let repetitions = 3

    // MARK: What only whoever marks has to know

    /// What is aimed at where the picture hides as much, in decibels of peak signal-to-noise ratio.
    static let decibels = 40.5
    /// Amplitudes are as this plus the picture's activity (``WatermarkMask``), until they meet the bound below.
    static let evenness: Float = 2.5

    /// The greatest amplitude, as a standard deviation in levels of 0 to 255, that does not show where the activity is
    /// `activity`. Small pictures are given more, since they have fewer pixels to carry as many bits.
    static func greatestAmplitude(activity: Float, pixels: Int) -> Float {
        let share = 512 * 512 / Float(max(pixels, 1))
        return min(max(share.squareRoot().squareRoot(), 1), 1.42) * (0.4 + 0.8 * activity)
    }

    /// Larger pictures are marked without a ``WatermarkFit``, which they need less, and which would cost more than the rest.
    static let fittedPixels = 400_000
    /// How much of what the picture adds to a bit, or takes away, is made up for.
    static let compensation: Float = 0.5
    static let weakestBit: Float = 0.2
    static let strongestBit: Float = 3
    /// The score of synchronisation that is aimed at, in standard deviations, and how much it may be strengthened for it.
    static let scoreWanted = 9.0
    static let strongestSynchronisation: Float = 2
}
