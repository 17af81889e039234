/// What a mark says, and how it lay in the picture that was read.
public struct WatermarkReading: Hashable, Sendable {
    public let id: UInt64
    /// How well the picture agrees with the mark that was read: the correlation of what was received with what that id would
    /// have been sent as, from 0 to 1. Marks that can just be read have about 0.3.
    public let agreement: Double
    /// How many standard deviations the pattern of synchronisation stands above chance.
    public let synchronisation: Double
    /// The picture's width and height in proportion to the size at which it was marked.
    public let horizontalScale: Double
    public let verticalScale: Double
    /// Where the picture's centre lies within the repeated tile, in pixels of the size at which it was marked, 0 to 128.
    public let horizontalOffset: Double
    public let verticalOffset: Double
    /// Whether left and right were exchanged after marking.
    public let isMirrored: Bool
}
