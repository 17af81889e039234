/// A picture's file format.
public enum ImageFormat: String, Hashable, Sendable, Codable, CaseIterable {
    case jpeg
    case png
    case webp
    case avif
    case heic

    /// The formats that pictures are written in; the others are only read.
    public static let writable: [ImageFormat] = [.png, .jpeg, .webp]

    public var mediaType: String { "image/\(rawValue)" }

    /// Without the dot.
    public var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

    /// The format named by a file extension, in any case, without the dot.
    public init?(fileExtension: String) {
        let name = fileExtension.lowercased()
        switch name {
        case "jpg": self = .jpeg
        case "heif": self = .heic
        default: self.init(rawValue: name)
        }
    }
}
