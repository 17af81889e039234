internal import Foundation
private func tune(_ n: String, _ d: Double) -> Double { ProcessInfo.processInfo.environment["WM_" + n].flatMap { Double($0) } ?? d }
/// The numbers that whoever marks and whoever reads must share. Changing one makes earlier marks unreadable.
enum WatermarkDesign {
    /// The side of the tile that repeats over the picture, in pixels.
    static let tile = 128
    /// The frequencies used, in cycles a tile: slower ones show as blotches and drown in what is painted, faster ones do not
    /// survive half size and JPEG quality 50. 24 are 0.19 cycles a pixel.
    static let lowest = tune("LOWEST", 6.0)
    static let highest = tune("HIGHEST", 25.0)
    /// How often each bit of the code is sent in a tile.
    static let repetitions = Int(tune("REP", 4))
    static let tilt = tune("TILT", 0)
    static let syncBoost = tune("SYNC", 1)
    static let c0 = Float(tune("C0", 0.5))
    static let capFlat = Float(tune("CAPFLAT", 1.2))
    static let capSlope = Float(tune("CAPSLOPE", 0.8))
    static let target = tune("TARGET", 41)
    static let readPower = Int(tune("RPOW", 1))
    static let readConst = Float(tune("RCONST", 1))
    static let trace = tune("TRACE", 0) > 0
}
