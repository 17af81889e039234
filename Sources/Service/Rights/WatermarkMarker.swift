public import Imaging
public import Watermarking

/// The watermark as an instrument of the rights service.
public struct WatermarkMarker: PictureWatermarking {
    private let watermark: Watermark

    /// - Parameter key: pictures that were marked with another are not recognised.
    public init(key: WatermarkKey) {
        watermark = Watermark(key: key)
    }

    public func mark(_ picture: Raster, id: UInt64) throws -> Raster? {
        var pixels = picture.bytes
        do throws(WatermarkError) {
            _ = try watermark.mark(&pixels, width: picture.size.width, height: picture.size.height, id: id)
        } catch .tooSmall {
            return nil
        }
        return Raster(size: picture.size, channels: 3, bytes: pixels)
    }

    public func read(_ picture: Raster) -> UInt64? {
        // What is too small to read has no mark that can be read.
        try? watermark.read(rgb: picture.bytes, width: picture.size.width, height: picture.size.height)?.id
    }
}
