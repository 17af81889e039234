/// How a mark is laid so that the picture itself disturbs it least.
///
/// What disturbs a mark most, in strong textures, is the picture under it, and that is known when marking. So the tile begins
/// where the picture by chance already agrees with the mark, which costs nothing, since a reader has to find the place anyway;
/// and bits against which the picture speaks are sent more strongly at the cost of those for which it speaks. The latter is
/// Malvar and Florêncio, "Improved spread spectrum: a new modulation technique for robust watermarking", IEEE Transactions on
/// Signal Processing, 2003.
struct WatermarkFit {
    /// How far the tile is moved to the left and up, in pixels.
    private(set) var horizontalShift = 0
    private(set) var verticalShift = 0
    /// How strongly each bit of the code is sent; 1 is usual.
    private(set) var codeBits = [Float](repeating: 1, count: WatermarkCode.codeBitCount)
    private(set) var synchronisation: Float = 1

    init(rgb: [UInt8], width: Int, height: Int, id: UInt64, mask: WatermarkMask, _ watermark: Watermark) {
        guard width * height <= WatermarkDesign.fittedPixels else { return }
        let plane = WhitenedPlane(BrightnessPlane(rgb: rgb, width: width, height: height), band: .standard)
        let spectrum = TileSpectrum(
            plane.folded(horizontalScale: 1, verticalScale: 1),
            plane.response(horizontalScale: 1, verticalScale: 1),
            watermark.transform
        )
        let carriers = watermark.carriers
        let waves = watermark.waves(of: id)
        let place = spectrum.bestPlace(for: waves.synchronisation + waves.data, watermark.transform)
        // What is folded begins at the picture's centre.
        let tile = WatermarkDesign.tile
        horizontalShift = (place.horizontal - (width - 1) / 2 % tile + tile) % tile
        verticalShift = (place.vertical - (height - 1) / 2 % tile + tile) % tile

        let peak = TileSpectrum.Peak(horizontal: Double(place.horizontal), vertical: Double(place.vertical), score: 0)
        let reach = Self.reach(of: mask, in: plane, waves.synchronisation + waves.data)
        let alone = spectrum.codeBits(at: peak, mirrored: false, carriers)
        let added = spectrum.expectedCodeBits(height: reach, carriers)
        let mean = added.reduce(0, +) / Float(added.count)
        guard mean > 0 else { return }
        for (bit, isOne) in WatermarkCode.encode(id).enumerated() {
            let received = (isOne ? alone[bit] : -alone[bit]) + added[bit]
            let strength = 1 + WatermarkDesign.compensation * (1 - received / mean)
            codeBits[bit] = min(max(strength, WatermarkDesign.weakestBit), WatermarkDesign.strongestBit)
        }
        let score = spectrum.score(at: peak, carriers)
        let expected = spectrum.expectedScore(height: reach, carriers)
        guard expected > 0 else { return }
        let needed = Float((WatermarkDesign.scoreWanted - score) / expected)
        synchronisation = min(max(needed, 1), WatermarkDesign.strongestSynchronisation)
    }

    /// How high the waves of a mark are in what ``WhitenedPlane/folded(horizontalScale:verticalScale:window:)`` makes of the
    /// marked picture: a wave's height in ``WatermarkWave`` times this, before the filter.
    private static func reach(of mask: WatermarkMask, in plane: WhitenedPlane, _ waves: [WatermarkWave]) -> Float {
        var sum: Float = 0
        let (square, middle) = (WatermarkMask.square, WatermarkMask.square / 2)
        for row in 0..<mask.rows {
            for column in 0..<mask.columns {
                let weight = plane.weight(column: square * column + middle, row: square * row + middle)
                sum += mask.amplitudes[row * mask.columns + column] * weight
            }
        }
        var power: Float = 0
        for wave in waves {
            power += wave.inPhase * wave.inPhase + wave.quadrature * wave.quadrature
        }
        // A tile has variance 1, and each wave comes twice in it, with its frequency and with its negative.
        return power > 0 ? Float(square * square) * sum / (2 * power).squareRoot() : 0
    }
}
