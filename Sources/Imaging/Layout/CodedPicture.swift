/// What coded pixels say of themselves. A decoder makes room for that, whatever the file around them says.
struct CodedPicture: Hashable {
    /// A reader of pixels keeps at most so many pictures.
    private static let mostPictures = 16
    private static let longestSide = 1 << 20

    /// Pixels of the largest picture in it; 0: it says none.
    private(set) var area = 0
    /// More than 8 bits a channel.
    private(set) var isDeep = false
    /// Pictures, of which a still picture has one, or one for each layer.
    private(set) var pictures = 0

    /// Pixels that a decoder makes room for.
    var decodedPixels: Int { area * min(max(1, pictures), Self.mostPictures) }

    mutating func take(width: Int, height: Int, isDeep: Bool) {
        area = max(area, min(width, Self.longestSide) * min(height, Self.longestSide))
        self.isDeep = self.isDeep || isDeep
    }

    mutating func takePicture() { pictures += 1 }
}

/// Bytes of a file that belong together, one range after the other.
struct FileRanges {
    let view: FileView
    let ranges: [Range<Int>]
    let count: Int

    init(_ view: FileView, _ ranges: [Range<Int>]) {
        self.view = view
        self.ranges = ranges
        count = ranges.reduce(0) { $0 + $1.count }
    }

    /// - Returns: as many as are there, at most `wanted`.
    func bytes(at offset: Int, upTo wanted: Int) -> [UInt8] {
        var result: [UInt8] = []
        var start = 0
        for range in ranges where result.count < wanted {
            let within = offset + result.count - start
            if within >= 0, within < range.count {
                let length = min(range.count - within, wanted - result.count)
                guard let part = view.bytes(at: range.lowerBound + within, length) else { return result }
                result += part
            }
            start += range.count
        }
        return result
    }
}
