public import Imaging

/// Puts an invisible mark into pictures and finds it again.
public protocol PictureMarker: Sendable {
    /// Blocks.
    ///
    /// - Parameter picture: three channels.
    /// - Returns: nil when the picture is too small to carry a mark.
    func mark(_ picture: Raster, id: UInt64) throws -> Raster?
    /// The id that a picture carries; nil: none that can be read. Blocks.
    func read(_ picture: Raster) -> UInt64?
}

/// Says how likely a picture is one that not everybody should see.
public protocol PictureJudge: Sendable {
    /// 0 (certainly harmless) to 1. Blocks; several at once are possible.
    ///
    /// - Parameter picture: three channels.
    func score(_ picture: Raster) throws -> Double
}
