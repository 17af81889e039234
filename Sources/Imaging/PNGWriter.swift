internal import CISAL

/// Writes PNG files with ISA-L.
///
/// libvips writes PNG through zlib, which takes five times as long for the same size (`Benchmarks/README.md`); on a
/// machine that paints on the same cores, that is a sixth of its pictures. The container is 60 lines; the compression,
/// which is the hard part, stays a library's.
enum PNGWriter {
    /// Filter type 2, "up": each byte less the one above (https://www.w3.org/TR/png-3/#9Filter-type-2-Up).
    private static let filterUp: UInt8 = 2
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func encode(_ raster: Raster) throws(ImagingError) -> [UInt8] {
        let compressed = try ZlibStream.compress(filtered(raster))
        var file = [UInt8]()
        file.reserveCapacity(compressed.count + 80)
        file += signature
        // Width, height, 8 bits a channel, colour type 2 (RGB), and the only methods that exist.
        let header = bigEndian(raster.size.width) + bigEndian(raster.size.height) + [8, 2, 0, 0, 0]
        appendChunk("IHDR", header, to: &file)
        // Rendering intent 0, perceptual: the pixels are sRGB.
        appendChunk("sRGB", [0], to: &file)
        appendChunk("IDAT", compressed, to: &file)
        appendChunk("IEND", [], to: &file)
        return file
    }

    /// Every row behind its filter type, less the row above.
    private static func filtered(_ raster: Raster) -> [UInt8] {
        let rowBytes = raster.size.width * 3
        let height = raster.size.height
        return unsafe [UInt8](unsafeUninitializedCapacity: (rowBytes + 1) * height) { target, count in
            unsafe raster.bytes.withUnsafeBufferPointer { source in
                for row in 0..<height {
                    let from = row * rowBytes
                    let to = row * (rowBytes + 1)
                    unsafe target[to] = row == 0 ? 0 : filterUp
                    for column in 0..<rowBytes {
                        let above = row == 0 ? 0 : unsafe source[from + column - rowBytes]
                        unsafe target[to + 1 + column] = source[from + column] &- above
                    }
                }
            }
            count = (rowBytes + 1) * height
        }
    }

    private static func appendChunk(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
        file += bigEndian(data.count)
        let start = file.count
        file += type.utf8
        file += data
        let checksum = unsafe file[start...].withUnsafeBufferPointer { unsafe hs_crc32($0.baseAddress, $0.count) }
        file += bigEndian(Int(checksum))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [UInt8(value >> 24 & 0xFF), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
    }
}
