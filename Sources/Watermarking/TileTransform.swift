internal import Foundation

/// The discrete Fourier transform of a tile. Not scaled, in either direction.
struct TileTransform: Sendable {
    private static let side = WatermarkDesign.tile
    private let cosines: [Float]
    private let sines: [Float]
    private let reversed: [Int]

    init() {
        let side = Self.side
        cosines = (0..<side / 2).map { Float(cos(2 * Double.pi * Double($0) / Double(side))) }
        sines = (0..<side / 2).map { Float(-sin(2 * Double.pi * Double($0) / Double(side))) }
        let bits = side.trailingZeroBitCount
        reversed = (0..<side).map { place in
            (0..<bits).reduce(0) { $0 | (place >> $1 & 1) << (bits - 1 - $1) }
        }
    }

    /// `real` and `imaginary` have one value for each pixel of a tile, row by row.
    func forward(_ real: inout [Float], _ imaginary: inout [Float]) {
        transformColumns(&real, &imaginary)
        transpose(&real)
        transpose(&imaginary)
        transformColumns(&real, &imaginary)
        transpose(&real)
        transpose(&imaginary)
    }

    private func transpose(_ values: inout [Float]) {
        let side = Self.side
        unsafe values.withUnsafeMutableBufferPointer { values in
            for row in 0..<side {
                for column in 0..<row {
                    let value = unsafe values[row * side + column]
                    unsafe values[row * side + column] = values[column * side + row]
                    unsafe values[column * side + row] = value
                }
            }
        }
    }

    /// All columns at once: each step of the radix-2 transform combines whole rows, which the compiler can vectorise.
    private func transformColumns(_ real: inout [Float], _ imaginary: inout [Float]) {
        let side = Self.side
        unsafe real.withUnsafeMutableBufferPointer { real in
            unsafe imaginary.withUnsafeMutableBufferPointer { imaginary in
                guard let real = real.baseAddress, let imaginary = imaginary.baseAddress else { return }
                for row in 0..<side where reversed[row] > row {
                    let other = reversed[row] * side
                    for column in 0..<side {
                        let first = unsafe real[row * side + column]
                        let second = unsafe imaginary[row * side + column]
                        unsafe real[row * side + column] = real[other + column]
                        unsafe imaginary[row * side + column] = imaginary[other + column]
                        unsafe real[other + column] = first
                        unsafe imaginary[other + column] = second
                    }
                }
                var half = 1
                while half < side {
                    for start in stride(from: 0, to: side, by: 2 * half) {
                        for place in 0..<half {
                            let angle = place * (side / 2 / half)
                            let (cosine, sine) = (cosines[angle], sines[angle])
                            let upperReal = unsafe real + (start + place) * side
                            let upperImaginary = unsafe imaginary + (start + place) * side
                            let lowerReal = unsafe upperReal + half * side
                            let lowerImaginary = unsafe upperImaginary + half * side
                            for column in 0..<side {
                                let turnedReal = unsafe lowerReal[column] * cosine - lowerImaginary[column] * sine
                                let turnedImaginary = unsafe lowerReal[column] * sine + lowerImaginary[column] * cosine
                                unsafe lowerReal[column] = upperReal[column] - turnedReal
                                unsafe lowerImaginary[column] = upperImaginary[column] - turnedImaginary
                                unsafe upperReal[column] += turnedReal
                                unsafe upperImaginary[column] += turnedImaginary
                            }
                        }
                    }
                    half *= 2
                }
            }
        }
    }
}
