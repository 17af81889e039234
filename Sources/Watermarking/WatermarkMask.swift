internal import Foundation

/// How strongly each part of a picture may be marked: more where much goes on, less in skies and other smooth areas, where even
/// little shows. One value for each square of 4 pixels on a side; pixels that the squares leave over at the right and at the
/// bottom belong to the last.
struct WatermarkMask {
    static let square = 4

    let columns: Int
    let rows: Int
    /// The standard deviation of the mark in levels of 0 to 255.
    private(set) var amplitudes: [Float]

    /// - Parameter meanSquare: what the squares of the amplitudes come to in the mean, unless that were more than the picture
    ///   hides.
    init(rgb: [UInt8], width: Int, height: Int, meanSquare: Float) {
        columns = width / Self.square
        rows = height / Self.square
        amplitudes = Self.activity(rgb: rgb, width: width, columns: columns, rows: rows)
        blur()
        // Roots are averaged instead of what they are roots of, so that one edge does not raise its surroundings by much.
        limit(to: meanSquare, pixels: width * height)
    }

    /// The root of the mean difference between neighbouring pixels, in each square.
    private static func activity(rgb: [UInt8], width: Int, columns: Int, rows: Int) -> [Float] {
        var activity = [Float](repeating: 0, count: columns * rows)
        let used = columns * square
        var above = [Int32](repeating: 0, count: used)
        var sums = [Int32](repeating: 0, count: columns)
        unsafe rgb.withUnsafeBufferPointer { rgb in
            unsafe above.withUnsafeMutableBufferPointer { above in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    for row in 0..<rows {
                        for column in 0..<columns { unsafe sums[column] = 0 }
                        for line in 0..<square {
                            var place = (row * square + line) * width * 3
                            let isFirst = row == 0 && line == 0
                            var left = unsafe brightness(rgb, at: place)
                            var pixel = 0
                            for column in 0..<columns {
                                var sum: Int32 = 0
                                for _ in 0..<square {
                                    let value = unsafe brightness(rgb, at: place)
                                    sum &+= abs(value &- left)
                                    if !isFirst { unsafe sum &+= abs(value &- above[pixel]) }
                                    unsafe above[pixel] = value
                                    left = value
                                    pixel &+= 1
                                    place &+= 3
                                }
                                unsafe sums[column] &+= sum
                            }
                        }
                        // Four times brightness, sixteen pixels.
                        for column in 0..<columns {
                            activity[row * columns + column] = unsafe (Float(sums[column]) / 64).squareRoot()
                        }
                    }
                }
            }
        }
        return activity
    }

    /// Four times the brightness, nearly.
    @inline(__always)
    private static func brightness(_ rgb: UnsafeBufferPointer<UInt8>, at place: Int) -> Int32 {
        unsafe Int32(rgb[place]) &+ 2 &* Int32(rgb[place &+ 1]) &+ Int32(rgb[place &+ 2])
    }

    /// The mean of three by three squares.
    private mutating func blur() {
        var sums = amplitudes
        for row in 0..<rows {
            let (first, last) = (row * columns, row * columns + columns - 1)
            for place in first...last {
                sums[place] = amplitudes[max(place - 1, first)] + amplitudes[place] + amplitudes[min(place + 1, last)]
            }
        }
        for row in 0..<rows {
            let (above, below) = (max(row - 1, 0) * columns, min(row + 1, rows - 1) * columns)
            for column in 0..<columns {
                let sum = sums[above + column] + sums[row * columns + column] + sums[below + column]
                amplitudes[row * columns + column] = sum / 9
            }
        }
    }

    private static func amplitude(of activity: Float, gain: Float, pixels: Int) -> Float {
        min(
            gain * (activity + WatermarkDesign.evenness),
            WatermarkDesign.greatestAmplitude(activity: activity, pixels: pixels)
        )
    }

    /// Turns activities into amplitudes.
    private mutating func limit(to meanSquare: Float, pixels: Int) {
        let resolution: Float = 16
        var histogram = [Float](repeating: 0, count: 512)
        for activity in amplitudes { histogram[min(Int(activity * resolution), 511)] += 1 }
        var (low, high): (Float, Float) = (0, 8)
        for _ in 0..<20 {
            let middle = (low + high) / 2
            var sum: Float = 0
            for (bin, count) in histogram.enumerated() where count > 0 {
                let amplitude = Self.amplitude(of: (Float(bin) + 0.5) / resolution, gain: middle, pixels: pixels)
                sum += count * amplitude * amplitude
            }
            if sum > meanSquare * Float(amplitudes.count) { high = middle } else { low = middle }
        }
        for place in amplitudes.indices {
            amplitudes[place] = Self.amplitude(of: amplitudes[place], gain: low, pixels: pixels)
        }
    }

    mutating func scale(by factor: Float) {
        for place in amplitudes.indices { amplitudes[place] *= factor }
    }

    /// The amplitude of each pixel of a row, by linear interpolation between the middles of the squares.
    func write(row: Int, to line: inout [Float], using buffer: inout [Float]) {
        let position = (Float(row) + 0.5) / Float(Self.square) - 0.5
        let above = min(max(Int(position.rounded(.down)), 0), rows - 1)
        let below = min(above + 1, rows - 1)
        let share = min(max(position - Float(above), 0), 1)
        for column in 0..<columns {
            let (upper, lower) = (amplitudes[above * columns + column], amplitudes[below * columns + column])
            buffer[column] = upper + (lower - upper) * share
        }
        let last = columns - 1
        for pixel in 0..<Self.square / 2 { line[pixel] = buffer[0] }
        var pixel = Self.square / 2
        for column in 0..<last {
            let (left, slope) = (buffer[column], (buffer[column + 1] - buffer[column]) / 4)
            line[pixel] = left + 0.5 * slope
            line[pixel + 1] = left + 1.5 * slope
            line[pixel + 2] = left + 2.5 * slope
            line[pixel + 3] = left + 3.5 * slope
            pixel += 4
        }
        for rest in pixel..<line.count { line[rest] = buffer[last] }
    }
}
