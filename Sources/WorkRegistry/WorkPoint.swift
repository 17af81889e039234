/// A point of a work by which parts of it are found.
public struct WorkPoint: Hashable, Sendable {
    /// How many are kept of a work at most.
    public static let most = 32
    /// Positions are kept in steps of a 64th of a pixel.
    private static let steps: Float = 64

    /// Steps from the left and the top edge of the plane on which points are looked for.
    public let x: UInt16
    public let y: UInt16
    public let descriptor: PointDescriptor

    public init(x: UInt16, y: UInt16, descriptor: PointDescriptor) {
        self.x = x
        self.y = y
        self.descriptor = descriptor
    }

    init(_ point: InterestPoint) {
        x = UInt16(clamping: Int((point.x * Self.steps).rounded()))
        y = UInt16(clamping: Int((point.y * Self.steps).rounded()))
        descriptor = point.spectrum.descriptor
    }

    /// Pixels of that plane.
    var position: SIMD2<Float> { SIMD2(Float(x), Float(y)) / Self.steps }
}
