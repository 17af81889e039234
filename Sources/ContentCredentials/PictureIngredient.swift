public import Imaging

/// A picture that another one was made from, as it was uploaded: with its own manifest, if it has one.
///
/// That there was one and its own manifest (which may hold a thumbnail that its maker put there) are all that others see
/// of it: no pixels, no hash by which a guess could be tested, and not the file's name, which may be private.
public struct PictureIngredient: Hashable, Sendable {
    public let bytes: [UInt8]
    public let format: ImageFormat
    /// What readers call it.
    public let title: String

    public init(bytes: [UInt8], format: ImageFormat, title: String = "Upload") {
        self.bytes = bytes
        self.format = format
        self.title = title
    }
}
