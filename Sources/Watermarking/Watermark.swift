internal import Foundation

/// An invisible mark in a picture's brightness that carries a 64-bit id, and is read without the original.
///
/// The mark is a sum of waves whose phases a key decides, in a tile of 128 pixels that repeats over the picture: a crop only
/// shifts it. `Docs/Watermark.md` says what it survives.
public struct Watermark: Sendable {
    /// The least width and height that a picture to mark must have, in pixels.
    public static let leastSide = 128
    /// The greatest width and height, in pixels.
    public static let longestSide = 65_536
    /// No picture is changed by more than this, in decibels of peak signal-to-noise ratio.
    public static let leastDecibels = 40.0

    let carriers: WatermarkCarriers
    let transform = TileTransform()

    /// Takes well under a millisecond; one value serves any number of pictures.
    public init(key: WatermarkKey) {
        carriers = WatermarkCarriers(key: key)
    }

    /// Marks a picture. The same picture, key and id give the same bytes.
    ///
    /// - Parameter rgb: three bytes a pixel, row by row, in sRGB.
    /// - Returns: how much it was changed; never below ``leastDecibels``.
    /// - Throws: ``WatermarkError/tooSmall(width:height:leastSide:)`` under ``leastSide``, or when the bytes do not fit the size.
    public func mark(
        _ rgb: inout [UInt8],
        width: Int,
        height: Int,
        id: UInt64
    ) throws(WatermarkError) -> WatermarkStrength {
        try Self.check(rgb, width: width, height: height)
        guard min(width, height) >= Self.leastSide else {
            throw .tooSmall(width: width, height: height, leastSide: Self.leastSide)
        }
        let meanSquare = 255 * 255 * pow(10, -WatermarkDesign.decibels / 10)
        var mask = WatermarkMask(rgb: rgb, width: width, height: height, meanSquare: Float(meanSquare))
        let fit = WatermarkFit(rgb: rgb, width: width, height: height, id: id, mask: mask, self)
        let tile = pattern(of: id, fit)
        let original = rgb
        while true {
            let strength = Self.add(tile, at: fit, within: mask, to: &rgb, width: width, height: height)
            if strength.decibels >= Self.leastDecibels { return strength }
            // What was aimed at is met in the mean over all patterns; a small picture may see more of one than its share.
            rgb = original
            mask.scale(by: 0.9)
        }
    }

    static func check(_ rgb: [UInt8], width: Int, height: Int) throws(WatermarkError) {
        guard width <= longestSide, height <= longestSide else {
            throw .tooLarge(width: width, height: height, limit: longestSide)
        }
        guard width >= 0, height >= 0, rgb.count == width * height * 3 else {
            throw .wrongByteCount(given: rgb.count, width: width, height: height)
        }
    }

    /// The waves that say `id`, before any is made stronger.
    func waves(of id: UInt64) -> (synchronisation: [WatermarkWave], data: [WatermarkWave]) {
        let code = WatermarkCode.encode(id)
        let height = Float(0.5).squareRoot()
        let data = carriers.data.enumerated().map { place, carrier in
            let pair = place % WatermarkCarriers.pairCount
            return WatermarkWave(
                carrier: carrier,
                inPhase: code[2 * pair] ? height : -height,
                quadrature: code[2 * pair + 1] ? height : -height
            )
        }
        return (carriers.synchronisation.map { WatermarkWave(carrier: $0, inPhase: 1, quadrature: 0) }, data)
    }

    /// The tile that says `id`, row by row, of mean 0 and variance 1.
    private func pattern(of id: UInt64, _ fit: WatermarkFit) -> [Float] {
        let count = WatermarkDesign.tile * WatermarkDesign.tile
        var real = [Float](repeating: 0, count: count)
        var imaginary = real
        func send(_ wave: WatermarkWave, _ first: Float, _ second: Float) {
            let (cosine, sine) = (wave.carrier.cosine, wave.carrier.sine)
            let (inPhase, quadrature) = (wave.inPhase * first, wave.quadrature * second)
            let value = (inPhase * cosine - quadrature * sine, inPhase * sine + quadrature * cosine)
            // The transform goes forward; backward is forward with the spectrum turned round.
            real[wave.carrier.place] = value.0
            imaginary[wave.carrier.place] = -value.1
            real[wave.carrier.negativePlace] = value.0
            imaginary[wave.carrier.negativePlace] = value.1
        }
        let waves = waves(of: id)
        for wave in waves.synchronisation { send(wave, fit.synchronisation, fit.synchronisation) }
        for (place, wave) in waves.data.enumerated() {
            let pair = place % WatermarkCarriers.pairCount
            send(wave, fit.codeBits[2 * pair], fit.codeBits[2 * pair + 1])
        }
        transform.forward(&real, &imaginary)
        let power = real.reduce(0) { $0 + $1 * $1 } / Float(count)
        let scale = 1 / power.squareRoot()
        return real.map { $0 * scale }
    }

    private static func add(
        _ tile: [Float],
        at fit: WatermarkFit,
        within mask: WatermarkMask,
        to rgb: inout [UInt8],
        width: Int,
        height: Int
    ) -> WatermarkStrength {
        let side = WatermarkDesign.tile
        let shift = fit.horizontalShift
        var line = [Float](repeating: 0, count: width)
        var buffer = [Float](repeating: 0, count: mask.columns)
        var changes = [Int16](repeating: 0, count: 3 * width)
        var sumOfSquares = 0
        for row in 0..<height {
            mask.write(row: row, to: &line, using: &buffer)
            let waves = (row + fit.verticalShift) % side * side
            sumOfSquares += unsafe rgb.withUnsafeMutableBufferPointer { rgb in
                unsafe changes.withUnsafeMutableBufferPointer { changes in
                    unsafe tile.withUnsafeBufferPointer { tile in
                        unsafe line.withUnsafeBufferPointer { line in
                            for column in 0..<width {
                                // Rounds to the nearest: the sum is positive, and conversion cuts off.
                                let value = unsafe line[column] * tile[waves + (column + shift) % side] + 64.5
                                let change = Int16(truncatingIfNeeded: Int32(max(min(value, 128), 0))) &- 64
                                unsafe changes[3 * column] = change
                                unsafe changes[3 * column + 1] = change
                                unsafe changes[3 * column + 2] = change
                            }
                            let first = row * width * 3
                            var sum: Int32 = 0
                            for place in 0..<3 * width {
                                let old = unsafe Int16(rgb[first + place])
                                let new = unsafe max(min(old &+ changes[place], 255), 0)
                                unsafe rgb[first + place] = UInt8(truncatingIfNeeded: new)
                                let difference = Int32(new &- old)
                                sum &+= difference &* difference
                            }
                            return Int(sum)
                        }
                    }
                }
            }
        }
        return WatermarkStrength(sumOfSquares: sumOfSquares, count: rgb.count)
    }
}
