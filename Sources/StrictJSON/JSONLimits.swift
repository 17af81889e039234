/// How much of a document is read. What costs more than it may is refused while it is parsed, so work and memory stay in
/// proportion to these and not to what somebody sends.
public struct JSONLimits: Hashable, Sendable {
    /// The whole document.
    public let bytes: Int
    /// Values of all kinds, those in arrays and objects included.
    public let values: Int
    /// Arrays and objects within each other.
    public let depth: Int
    /// Members of one object.
    public let members: Int
    /// One string, as it is written, in bytes.
    public let stringBytes: Int
    /// The name of a member, as it is written, in bytes.
    public let nameBytes: Int
    /// The digits and signs of one number.
    public let numberBytes: Int

    public init(
        bytes: Int,
        values: Int = 10_000,
        depth: Int = 32,
        members: Int = 1_000,
        stringBytes: Int? = nil,
        nameBytes: Int = 1_024,
        numberBytes: Int = 128
    ) {
        self.bytes = bytes
        self.values = values
        self.depth = depth
        self.members = members
        self.stringBytes = stringBytes ?? bytes
        self.nameBytes = nameBytes
        self.numberBytes = numberBytes
    }
}
