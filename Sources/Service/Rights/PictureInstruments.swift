public import Imaging
public import Inference

/// Puts an invisible mark into pictures and finds it again.
public protocol PictureWatermarking: Sendable {
    /// Blocks.
    ///
    /// - Parameter picture: three channels.
    /// - Returns: nil when the picture is too small to carry a mark.
    func mark(_ picture: Raster, id: UInt64) throws -> Raster?
    /// The id that a picture carries; nil: none that can be read. Blocks.
    func read(_ picture: Raster) -> UInt64?
}

/// Says how likely a picture is one that not everybody should see.
public protocol SafetyClassifying: Sendable {
    /// Blocks; several at once are possible.
    ///
    /// - Parameter picture: three channels.
    func scores(of picture: Raster) throws -> SafetyScores
}

extension SafetyClassifier: SafetyClassifying {}
