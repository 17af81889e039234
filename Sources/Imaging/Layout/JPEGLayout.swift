/// JPEG (ITU-T T.81): segments behind markers; the pixels' data after the last of them.
enum JPEGLayout {
    /// Files in use have ten or so. Each scan costs a pass over the whole picture, whatever it holds.
    private static let mostScans = 100
    /// Scans times pixels: a hundred megapixels in twenty scans.
    private static let mostScannedPixels = 2_000_000_000

    private struct Frame {
        let width: Int
        let height: Int
        /// Horizontal and vertical sampling factors.
        let sampling: [(Int, Int)]
        let isProgressive: Bool

        /// Coefficients for each pixel: components with fewer samples have fewer.
        var coefficients: Double {
            let widest = sampling.map(\.0).max() ?? 1
            let highest = sampling.map(\.1).max() ?? 1
            return sampling.reduce(0) { $0 + Double($1.0 * $1.1) / Double(widest * highest) }
        }
    }

    private struct Profile {
        var header: [UInt8] = []
        var bytes = 0
    }

    static func read(_ view: FileView) throws(ImagingError) -> PictureLayout {
        var list = PieceList()
        try list.keep(0..<2)
        var frame: Frame?
        var orientation: Int?
        var profile = Profile()
        var seen: Set<UInt8> = []
        var offset = 2
        var count = 0
        while true {
            try PictureLayout.count(part: &count)
            guard let (marker, start) = marker(view, from: offset) else { throw .damaged(reason: "it ends too early") }
            guard marker != 0xD9, let length = view.bigEndian(at: start, 2), length >= 2 else {
                throw .damaged(reason: "it has no pixels")
            }
            let whole = start - 2..<start + length
            guard whole.upperBound <= view.count else { throw .damaged(reason: "it ends too early") }
            switch marker {
            // All frame headers but those that are no such: DHT, JPG, DAC.
            case 0xC0...0xCF where marker != 0xC4 && marker != 0xC8 && marker != 0xCC:
                if frame == nil { frame = try self.frame(view, start, length, marker) }
                try list.keep(whole)
            case 0xC4, 0xCC, 0xDB, 0xDD: try list.keep(whole)
            case 0xE0, 0xEE: if seen.insert(marker).inserted { try list.keep(whole) }
            case 0xE1:
                if orientation == nil, let block = view.bytes(at: start + 2, length - 2),
                    block.starts(with: Array("Exif\0".utf8))
                {
                    orientation = ExifOrientation.read(block)
                }
            case 0xE2: try take(profile: whole, view, &profile, &list)
            case 0xDA:
                guard let frame else { throw .damaged(reason: "its pixels come before their description") }
                try list.keep(start - 2..<view.count)
                return try layout(view, frame, scan: start, orientation ?? 1, profile, &list)
            default: break
            }
            offset = whole.upperBound
        }
    }

    private static func layout(
        _ view: FileView,
        _ frame: Frame,
        scan start: Int,
        _ orientation: Int,
        _ profile: Profile,
        _ list: inout PieceList
    ) throws(ImagingError) -> PictureLayout {
        let components = frame.sampling.count
        // Several scans are put together in memory before a row of pixels can be told.
        let isInterleaved = view.byte(at: start + 2).map { Int($0) >= components } ?? false
        let isWhole = frame.isProgressive || !isInterleaved
        if isWhole { try checkScans(view, start, pixels: frame.width * frame.height) }
        if !ColourProfile.fits(profile.header, length: profile.bytes, channels: components) { list.dropProfile() }
        if orientation != 1 { list.insert(bytes: exif(orientation), at: 1) }
        var layout = try PictureLayout(
            format: .jpeg,
            width: frame.width,
            height: frame.height,
            channels: components,
            bytesPerPixel: components,
            wholeBytesPerPixel: isWhole ? 2 * frame.coefficients : nil
        )
        layout.orientation = orientation
        layout.pieces = list.pieces
        return layout
    }

    private static func frame(
        _ view: FileView,
        _ start: Int,
        _ length: Int,
        _ marker: UInt8
    ) throws(ImagingError) -> Frame {
        guard length >= 8, let head = view.bytes(at: start + 2, 6), length >= 8 + 3 * Int(head[5]), head[5] > 0,
            let list = view.bytes(at: start + 8, 3 * Int(head[5]))
        else { throw .damaged(reason: "its header is broken") }
        let sampling = (0..<Int(head[5])).map { index in
            let factors = list[3 * index + 1]
            return (max(1, Int(factors >> 4)), max(1, Int(factors & 15)))
        }
        return Frame(
            width: Int(head[3]) << 8 | Int(head[4]),
            height: Int(head[1]) << 8 | Int(head[2]),
            sampling: sampling,
            // SOF2, 6, 10 and 14 (table B.1).
            isProgressive: marker & 3 == 2
        )
    }

    /// The next marker behind `offset`, and where its length stands.
    private static func marker(_ view: FileView, from offset: Int) -> (UInt8, Int)? {
        var place = offset
        while let found = view.firstIndex(of: 0xFF, from: place), let code = view.byte(at: found + 1) {
            // A stuffed zero, a fill byte, and markers without a segment.
            if code == 0 || code == 0xFF || code == 0x01 || (0xD0...0xD8).contains(code) {
                place = found + 1
            } else {
                return (code, found + 2)
            }
        }
        return nil
    }

    private static func checkScans(_ view: FileView, _ start: Int, pixels: Int) throws(ImagingError) {
        var (count, parts, offset) = (1, 0, start)
        while let (marker, next) = marker(view, from: offset), marker != 0xD9 {
            try PictureLayout.count(part: &parts)
            if marker == 0xDA { count += 1 }
            guard count <= mostScans, count * pixels <= mostScannedPixels else {
                throw .damaged(reason: "its pixels are spread over too many scans")
            }
            offset = next + (view.bigEndian(at: next, 2) ?? 2)
        }
    }

    /// A part of a profile: a name, its number and how many there are (ICC.1:2022, B.4).
    private static func take(
        profile whole: Range<Int>,
        _ view: FileView,
        _ profile: inout Profile,
        _ list: inout PieceList
    ) throws(ImagingError) {
        let name = Array("ICC_PROFILE\0".utf8)
        let payload = whole.lowerBound + 4 + name.count + 2
        guard whole.upperBound >= payload, view.bytes(at: whole.lowerBound + 4, name.count) == name,
            let number = view.byte(at: whole.lowerBound + 4 + name.count)
        else { return }
        if number == 1 {
            profile.header = view.bytes(at: payload, min(ColourProfile.headerBytes, whole.upperBound - payload)) ?? []
        }
        profile.bytes += whole.upperBound - payload
        try list.keep(whole, isProfile: true)
    }

    private static func exif(_ orientation: Int) -> [UInt8] {
        let block = ExifOrientation.prefixedBlock(orientation)
        return [0xFF, 0xE1, 0, UInt8(block.count + 2)] + block
    }
}
