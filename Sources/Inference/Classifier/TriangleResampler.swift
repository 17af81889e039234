internal import Imaging

/// Resizes as Pillow's `Image.resize` with `BILINEAR` does, to the byte when the picture is wider than high.
///
/// The authors of the network that judges pictures prepare them that way, and a network sees the difference between two
/// ways of making a picture smaller. Each output pixel is the mean of the input pixels under a triangle as wide as two
/// output pixels (or two input pixels, when the picture grows); columns first, rounded to 8 bits, then rows
/// (Pillow, `src/libImaging/Resample.c`). Pillow 13 goes over the rows first in some high pictures, which rounds elsewhere,
/// by one level at most.
struct TriangleResampler {
    /// Fixed point: the sum of 255 times all weights fits 32 bits with a bit to spare.
    private static let precisionBits: Int32 = 22

    /// Which input pixels one output pixel is made of, with their weights.
    private struct Taps {
        let start: Int
        let weights: [Int32]
    }

    private let source: PixelSize
    private let columns: [Taps]
    private let rows: [Taps]

    init(from source: PixelSize, to target: PixelSize) {
        self.source = source
        columns = Self.taps(from: source.width, to: target.width)
        rows = Self.taps(from: source.height, to: target.height)
    }

    private static func taps(from length: Int, to count: Int) -> [Taps] {
        let scale = Double(length) / Double(count)
        let reach = max(1, scale)
        return (0..<count).map { place in
            let centre = (Double(place) + 0.5) * scale
            let start = max(0, Int(centre - reach + 0.5))
            let end = min(length, Int(centre + reach + 0.5))
            let raw = (start..<end).map { max(0, 1 - abs((Double($0) - centre + 0.5) * (1 / reach))) }
            let sum = raw.reduce(0, +)
            let weights = raw.map { Int32(0.5 + $0 / sum * Double(1 << precisionBits)) }
            return Taps(start: start, weights: weights)
        }
    }

    /// - Parameter picture: three channels, of the size that this was made for.
    /// - Returns: rows from the top, three bytes a pixel.
    func resize(_ picture: Raster) -> [UInt8] {
        precondition(picture.size == source && picture.channels == 3, "\(picture) is not \(source) of three channels")
        return resizeRows(of: resizeColumns(of: picture))
    }

    /// The sums of red and blue share a 64-bit word, 32 bits each: two multiplications a pixel instead of three.
    private func resizeColumns(of picture: Raster) -> [UInt8] {
        let count = source.height * columns.count * 3
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialised in
            unsafe picture.bytes.withUnsafeBufferPointer { bytes in
                var to = 0
                for row in 0..<source.height {
                    let line = row &* source.width &* 3
                    for taps in columns {
                        var redAndBlue = UInt64(Self.half) << 32 | UInt64(Self.half)
                        var green = UInt64(Self.half)
                        var from = line &+ taps.start &* 3
                        unsafe taps.weights.withUnsafeBufferPointer { weights in
                            for index in 0..<weights.count {
                                let weight = unsafe UInt64(truncatingIfNeeded: weights[index])
                                let (red, blue) = unsafe (UInt64(bytes[from]), UInt64(bytes[from &+ 2]))
                                redAndBlue &+= (blue << 32 | red) &* weight
                                green &+= unsafe UInt64(bytes[from &+ 1]) &* weight
                                from &+= 3
                            }
                        }
                        unsafe target[to] = Self.byte(Int32(truncatingIfNeeded: redAndBlue))
                        unsafe target[to &+ 1] = Self.byte(Int32(truncatingIfNeeded: green))
                        unsafe target[to &+ 2] = Self.byte(Int32(truncatingIfNeeded: redAndBlue >> 32))
                        to &+= 3
                    }
                }
            }
            initialised = count
        }
    }

    private func resizeRows(of narrow: [UInt8]) -> [UInt8] {
        let stride = columns.count * 3
        var sums = [Int32](repeating: 0, count: stride)
        return unsafe [UInt8](unsafeUninitializedCapacity: rows.count * stride) { target, initialised in
            unsafe narrow.withUnsafeBufferPointer { bytes in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    for (row, taps) in rows.enumerated() {
                        unsafe sums.update(repeating: Self.half)
                        for (index, weight) in taps.weights.enumerated() {
                            let line = (taps.start &+ index) &* stride
                            for place in 0..<stride {
                                unsafe sums[place] &+= Int32(bytes[line &+ place]) &* weight
                            }
                        }
                        let line = row &* stride
                        for place in 0..<stride { unsafe target[line &+ place] = Self.byte(sums[place]) }
                    }
                }
            }
            initialised = rows.count * stride
        }
    }

    private static let half: Int32 = 1 << (precisionBits - 1)

    @inline(__always)
    private static func byte(_ sum: Int32) -> UInt8 {
        UInt8(truncatingIfNeeded: min(255, sum >> precisionBits))
    }
}
