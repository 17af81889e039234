/// How a picture's file is built, as far as it must be known before a decoder sees it: what decoding it will cost, and
/// which parts of it a decoder needs.
///
/// Texts, thumbnails, histories and whatever else a file carries beside its pixels never reach a decoder: some of it is
/// compressed, and a megabyte of it can unfold to a gigabyte.
struct PictureLayout {
    /// A part of the file as the decoder sees it.
    struct Piece: Hashable {
        enum Content: Hashable {
            /// Bytes of the file.
            case range(Range<Int>)
            /// Bytes of our own in place of others.
            case bytes([UInt8])
        }

        let content: Content
        /// It holds the colour profile: a decoder does without when the profile proves to be broken.
        var isProfile = false
    }

    /// Files of which a decoder gets more parts than this are no honest pictures.
    static let mostPieces = 10_000
    /// Parts of a file that are looked at: a large PNG with chunks of 8 KB has some ten thousand.
    static let mostParts = 100_000
    /// The largest colour profile that is looked at, in bytes. Those of printing presses have 3 MB.
    static let largestProfile = 4 << 20

    let format: ImageFormat
    /// As it is stored, before it is turned upright.
    let width: Int
    let height: Int
    /// Channels as the decoder gives them.
    let channels: Int
    /// Bytes of working memory that decoding takes for each pixel of the whole picture; nil: it is decoded in strips.
    let wholeBytesPerPixel: Double?
    /// Bytes of one decoded pixel.
    let bytesPerPixel: Int
    /// Pixels that are decoded at the same time to get this picture, where they may be more than it has.
    var decodedPixels = 0
    /// More than 1: an animation; 0: an animation of unknown length.
    var frames = 1
    /// As in EXIF: 1 is upright, 5 to 8 are turned by a quarter.
    var orientation = 1
    /// nil: the decoder gets the whole file.
    var pieces: [Piece]?

    var hasProfile: Bool { pieces?.contains(where: \.isProfile) ?? false }

    /// Bytes of memory that decoding holds at most, beside what it hands out.
    var decodingBytes: Int {
        guard let wholeBytesPerPixel else { return priced(width, height) }
        return max(priced(width, height), Self.bytes(Double(decodedPixels) * wholeBytesPerPixel))
    }

    /// The same for a picture of another size in this form.
    func priced(_ width: Int, _ height: Int) -> Int {
        // Resizing keeps some hundreds of rows of a picture that is decoded in strips: measured with libvips 8.14, 420.
        guard let wholeBytesPerPixel else { return width * bytesPerPixel * min(height, 512) + (1 << 20) }
        return Self.bytes(Double(width) * Double(height) * wholeBytesPerPixel)
    }

    /// With what any decoding takes; bounded, because a file may state any size.
    private static func bytes(_ count: Double) -> Int { Int(min(count, 1e15)) + (1 << 20) }

    /// - Throws: ``ImagingError/damaged(reason:)`` when the file is not built as its format demands.
    init(
        format: ImageFormat,
        width: Int,
        height: Int,
        channels: Int,
        bytesPerPixel: Int,
        wholeBytesPerPixel: Double?
    ) throws(ImagingError) {
        // No format has more than 31 bits for a side.
        guard width > 0, height > 0, width <= Int(Int32.max), height <= Int(Int32.max) else {
            throw .damaged(reason: "it has no size")
        }
        self.format = format
        self.width = width
        self.height = height
        self.channels = channels
        self.bytesPerPixel = bytesPerPixel
        self.wholeBytesPerPixel = wholeBytesPerPixel
    }

    /// Counts one part more.
    ///
    /// - Throws: ``ImagingError/damaged(reason:)`` when there are too many.
    static func count(part count: inout Int) throws(ImagingError) {
        count += 1
        guard count <= mostParts else { throw .damaged(reason: "it has too many parts") }
    }

    /// Looks at a file's structure; no pixel is decoded.
    ///
    /// - Throws: ``ImagingError/unknownFormat``, ``ImagingError/empty``, ``ImagingError/damaged(reason:)``.
    init(of source: ImageSource) throws(ImagingError) {
        let view = FileView(source)
        switch try ImageFormat(sniffing: view) {
        case .png: self = try PNGLayout.read(view)
        case .jpeg: self = try JPEGLayout.read(view)
        case .webp: self = try WebPLayout.read(view)
        case .avif: self = try HEIFLayout.read(view, as: .avif)
        case .heic: self = try HEIFLayout.read(view, as: .heic)
        }
    }
}

/// Collects the parts of a file that a decoder gets; neighbours become one.
struct PieceList {
    private(set) var pieces: [PictureLayout.Piece] = []

    mutating func keep(_ range: Range<Int>, isProfile: Bool = false) throws(ImagingError) {
        if let last = pieces.last, case .range(let before) = last.content, before.upperBound == range.lowerBound,
            last.isProfile == isProfile
        {
            pieces[pieces.count - 1] = PictureLayout.Piece(
                content: .range(before.lowerBound..<range.upperBound),
                isProfile: isProfile
            )
        } else {
            try append(PictureLayout.Piece(content: .range(range), isProfile: isProfile))
        }
    }

    mutating func keep(bytes: [UInt8]) throws(ImagingError) {
        try append(PictureLayout.Piece(content: .bytes(bytes)))
    }

    mutating func insert(bytes: [UInt8], at index: Int) {
        pieces.insert(PictureLayout.Piece(content: .bytes(bytes)), at: min(index, pieces.count))
    }

    mutating func dropProfile() { pieces.removeAll(where: \.isProfile) }

    private mutating func append(_ piece: PictureLayout.Piece) throws(ImagingError) {
        guard pieces.count < PictureLayout.mostPieces else { throw .damaged(reason: "it has too many parts") }
        pieces.append(piece)
    }
}

extension ImageFormat {
    /// What the first bytes say. libvips is not even asked about anything else: its other readers never see a byte.
    init(sniffing view: FileView) throws(ImagingError) {
        guard view.count > 0 else { throw .empty }
        guard let head = view.bytes(at: 0, min(32, view.count)) else { throw .unknownFormat }
        func has(_ text: String, at offset: Int) -> Bool { head.dropFirst(offset).starts(with: Array(text.utf8)) }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if has("RIFF", at: 0), has("WEBP", at: 8) {
            self = .webp
        } else if has("ftyp", at: 4), ["avif", "avis"].contains(where: { has($0, at: 8) }) {
            self = .avif
        } else if has("ftyp", at: 4), ["hei", "hev", "mif1", "msf1"].contains(where: { has($0, at: 8) }) {
            self = .heic
        } else {
            throw .unknownFormat
        }
    }
}
