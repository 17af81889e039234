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
    /// Bytes of memory that decoding it takes at most, beside the pixels that are asked for.
    public let decodingBytes: Int
}

/// What pictures are accepted from outside.
public struct ImageLimits: Hashable, Sendable {
    /// Pixels in all.
    public var maximumPixels: Int
    /// Pixels on the shorter side.
    public var minimumSide: Int
    /// The longer side by the shorter one: a thinner picture, made small enough to be painted, has nothing left to see.
    public var maximumRatio: Int
    /// Bytes of memory that decoding one picture may take.
    public var maximumDecodingBytes: Int

    public init(
        maximumPixels: Int = 100_000_000,
        minimumSide: Int = 32,
        maximumRatio: Int = 16,
        maximumDecodingBytes: Int = 384 << 20
    ) {
        self.maximumPixels = maximumPixels
        self.minimumSide = minimumSide
        self.maximumRatio = maximumRatio
        self.maximumDecodingBytes = maximumDecodingBytes
    }
}
