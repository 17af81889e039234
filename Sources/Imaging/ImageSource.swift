/// Where the bytes of an encoded picture are.
public enum ImageSource: Hashable, Sendable {
    case file(String)
    case bytes([UInt8])
}

/// What a picture's header says, checked against the limits, before its pixels are decoded.
public struct ImageHeader: Hashable, Sendable {
    public let format: ImageFormat
    /// As it is shown: after turning it upright.
    public let size: PixelSize
    public let hasAlpha: Bool
}

/// What pictures are accepted from outside.
public struct ImageLimits: Hashable, Sendable {
    /// Pixels in all.
    public var maximumPixels: Int
    /// Pixels on the shorter side.
    public var minimumSide: Int

    public init(maximumPixels: Int = 100_000_000, minimumSide: Int = 32) {
        self.maximumPixels = maximumPixels
        self.minimumSide = minimumSide
    }
}
