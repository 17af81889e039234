/// Decoded pixels: 8 bits a channel, rows from the top, channels interleaved.
///
/// Three channels are sRGB; one channel is a coverage (a mask's alpha).
public struct Raster: Hashable, Sendable, CustomStringConvertible {
    public let size: PixelSize
    public let channels: Int
    public let bytes: [UInt8]

    /// - Parameter bytes: exactly `size.area * channels` of them.
    public init(size: PixelSize, channels: Int, bytes: [UInt8]) {
        precondition(
            bytes.count == size.area * channels,
            "\(bytes.count) bytes are not \(size) of \(channels) channels"
        )
        self.size = size
        self.channels = channels
        self.bytes = bytes
    }

    public var description: String { "Raster(\(size), \(channels) channels)" }

    /// This picture where `coverage` is 255, `other` where it is 0, and a mix between.
    ///
    /// - Parameters:
    ///   - other: a picture of the same size and channels.
    ///   - coverage: one channel, the same size.
    public func blended(over other: Raster, coverage: Raster) -> Raster {
        precondition(other.size == size && other.channels == channels, "both pictures have one size")
        precondition(coverage.size == size && coverage.channels == 1, "the coverage is one channel of the same size")
        let mixed = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
            var index = 0
            for alpha in coverage.bytes {
                let weight = UInt32(alpha)
                for _ in 0..<channels {
                    let sum = UInt32(bytes[index]) * weight + UInt32(other.bytes[index]) * (255 - weight)
                    unsafe target[index] = UInt8((sum + 127) / 255)
                    index += 1
                }
            }
            count = index
        }
        return Raster(size: size, channels: channels, bytes: mixed)
    }
}
