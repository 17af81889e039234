/// What a file says beside its pixels, for those who read all of it.
public struct FileMetadata {
    private let file: [UInt8]
    private let format: ImageFormat

    public init(of file: [UInt8], as format: ImageFormat) {
        self.file = file
        self.format = format
    }

    /// Whether it is more than `limit` bytes when what is compressed is expanded; expanding stops there.
    ///
    /// Only PNG compresses such things by itself: texts and profiles.
    public func unfolds(beyond limit: Int) -> Bool {
        format == .png && PNGLayout.unfolds(beyond: limit, FileView(.bytes(file)))
    }

    /// Whether there is a place where a manifest of content credentials would be (C2PA 2.4, A.3.2: the chunk `caBX`).
    public var mayHaveManifest: Bool {
        format != .png || PNGLayout.has(chunk: "caBX", FileView(.bytes(file)))
    }
}
