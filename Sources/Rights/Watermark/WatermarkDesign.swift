internal import Foundation
private func tune(_ n: String, _ d: Double) -> Double { ProcessInfo.processInfo.environment["WM_" + n].flatMap { Double($0) } ?? d }
/// The numbers that whoever marks and whoever reads must share. Changing one makes earlier marks unreadable.
enum WatermarkDesign {
    /// The side of the tile that repeats over the picture, in pixels.
    static let tile = 128
    /// The frequencies used, in cycles a tile: slower ones show as blotches and drown in what is painted, faster ones do not
    /// survive half size and JPEG quality 50. 24 are 0.19 cycles a pixel.
    static let lowest = tune("LOWEST", 4)
    static let highest = tune("HIGHEST", 21)
    /// How often each bit of the code is sent in a tile.
    static let repetitions = Int(tune("REP", 3))
    static let tilt = tune("TILT", 0)
    static let syncBoost = tune("SYNC", 1)
    static let c0 = Float(tune("C0", 2.5))
    static let capFlat = Float(tune("CAPFLAT", 0.5))
    static let capSlope = Float(tune("CAPSLOPE", 0.35))
    static let target = tune("TARGET", 40.5)
    static let readPower = Int(tune("RPOW", 1))
    static let readConst = Float(tune("RCONST", 3))
    static let fittedPixels = Int(tune("FITPIX", 400_000))
    static let compensation = Float(tune("LAMBDA", 0.5))
    static let weakest = Float(tune("LO", 0.3))
    static let strongest = Float(tune("HI", 2.5))
    static let scoreWanted = tune("SYNCGOAL", 9)
    static let strongestSynchronisation = Float(tune("SYNCMAX", 2))
    static let hiddenPower = tune("HIDPOW", 0.25)
    static func hidden(inPixels count: Int) -> Float { Float(min(max(pow(512.0 * 512 / Double(max(count, 1)), hiddenPower), 0.7), 1.42)) }
    static let trace = tune("TRACE", 0) > 0
}
