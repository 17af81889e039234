public import Imaging
public import Inference
public import Service

/// Marks the first eight pixels' red with the id, one byte each. Fragile, and easy to see.
public struct FakeWatermarking: PictureWatermarking {
    public init() {}

    public func mark(_ picture: Raster, id: UInt64) -> Raster? {
        guard picture.size.area >= 9 else { return nil }
        var bytes = picture.bytes
        for place in 0..<8 { bytes[place * 3] = UInt8(truncatingIfNeeded: id >> (8 * UInt64(place))) }
        bytes[8 * 3] = 0xA5
        return Raster(size: picture.size, channels: 3, bytes: bytes)
    }

    public func read(_ picture: Raster) -> UInt64? {
        guard picture.size.area >= 9, picture.channels == 3, picture.bytes[8 * 3] == 0xA5 else { return nil }
        return (0..<8).reduce(0) { $0 | UInt64(picture.bytes[$1 * 3]) << (8 * UInt64($1)) }
    }
}

/// Takes the share of wholly red pixels for the score of one kind.
public struct FakeClassifier: SafetyClassifying {
    public init() {}

    public func scores(of picture: Raster) -> SafetyScores {
        let red = stride(from: 0, to: picture.bytes.count, by: 3).count {
            picture.bytes[$0] == 255 && picture.bytes[$0 + 1] == 0 && picture.bytes[$0 + 2] == 0
        }
        return SafetyScores(sexual: Double(red) / Double(max(1, picture.size.area)), graphic: 0)
    }
}
