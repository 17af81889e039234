/// Width and height in pixels, both at least 1.
public struct PixelSize: Hashable, Sendable, Codable, CustomStringConvertible {
    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        self.width = width
        self.height = height
    }

    public var longerSide: Int { max(width, height) }
    public var area: Int { width * height }
    public var description: String { "\(width)x\(height)" }

    /// The largest size of the same shape whose longer side is at most `side`; never larger than this one.
    public func fitting(longerSide side: Int) -> PixelSize {
        guard longerSide > side else { return self }
        let scale = Double(side) / Double(longerSide)
        return PixelSize(
            width: max(1, Int((Double(width) * scale).rounded())),
            height: max(1, Int((Double(height) * scale).rounded()))
        )
    }
}
