internal import Imaging

/// Between 8-bit pixels and the floats of 0...1 that the networks work with.
///
/// What lies beyond the picture is its reflection about the edge, the edge itself not repeated.
enum Pixels {
    /// 0...255 as 0...1.
    private static let unit: [Float] = (0...255).map { Float($0) / 255 }

    /// Writes three planes, red first.
    static func writePlanar(_ picture: Raster, to span: inout MutableSpan<Float>, width: Int, height: Int) {
        let columns = reflected(width, within: picture.size.width)
        let rows = reflected(height, within: picture.size.height)
        let inside = min(width, picture.size.width)
        unsafe span.withUnsafeMutableBufferPointer { target in
            unsafe picture.bytes.withUnsafeBufferPointer { source in
                unsafe unit.withUnsafeBufferPointer { unit in
                    for (y, row) in rows.enumerated() {
                        let from = row * picture.size.width * 3
                        for channel in 0..<3 {
                            let to = channel * width * height + y * width
                            var index = from + channel
                            for x in 0..<inside {
                                unsafe target[to + x] = unit[Int(source[index])]
                                index += 3
                            }
                            for x in inside..<width {
                                unsafe target[to + x] = unit[Int(source[from + columns[x] * 3 + channel])]
                            }
                        }
                    }
                }
            }
        }
    }

    /// Writes the channels of each pixel side by side.
    static func writeInterleaved(_ picture: Raster, to span: inout MutableSpan<Float>, width: Int, height: Int) {
        let columns = reflected(width, within: picture.size.width)
        var to = 0
        for row in reflected(height, within: picture.size.height) {
            for column in columns {
                let from = (row * picture.size.width + column) * 3
                for channel in 0..<3 {
                    span[to] = unit[Int(picture.bytes[from + channel])]
                    to += 1
                }
            }
        }
    }

    /// Reads three planes of `width` x `height`, and keeps the upper left part.
    static func readPlanar(_ values: Span<Float>, width: Int, height: Int, cropped size: PixelSize) -> Raster {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size.area * 3) { target, count in
            unsafe values.withUnsafeBufferPointer { source in
                let plane = width * height
                for y in 0..<size.height {
                    var to = y * size.width * 3
                    let row = y * width
                    for x in row..<row + size.width {
                        unsafe target[to] = byte(source[x])
                        unsafe target[to + 1] = byte(source[x + plane])
                        unsafe target[to + 2] = byte(source[x + 2 * plane])
                        to += 3
                    }
                }
            }
            count = size.area * 3
        }
        return Raster(size: size, channels: 3, bytes: bytes)
    }

    /// Reads interleaved channels of rows of `width` pixels, and keeps the upper left part.
    static func readInterleaved(_ values: Span<Float>, width: Int, cropped size: PixelSize) -> Raster {
        var bytes = [UInt8]()
        bytes.reserveCapacity(size.area * 3)
        for y in 0..<size.height {
            for index in y * width * 3..<(y * width + size.width) * 3 { bytes.append(byte(values[index])) }
        }
        return Raster(size: size, channels: 3, bytes: bytes)
    }

    /// Rounded to the nearest; what is not a number becomes 0.
    @inline(__always)
    private static func byte(_ value: Float) -> UInt8 {
        UInt8(truncatingIfNeeded: Int32(max(0, min(1, value)) * 255 + 0.5))
    }

    /// For each place of `count`, the place within `length` that it mirrors.
    static func reflected(_ count: Int, within length: Int) -> [Int] {
        guard length > 1 else { return Array(repeating: 0, count: count) }
        let period = 2 * (length - 1)
        return (0..<count).map { place in
            let phase = place % period
            return phase < length ? phase : period - phase
        }
    }
}
