internal import Foundation

/// What the waves of a folded picture look like, each divided by the power that is usual round its frequency: at that the
/// sum of what agrees with a mark says most.
struct TileSpectrum {
    /// A place in the tile and how far the pattern of synchronisation stands above chance there, in standard deviations.
    struct Peak {
        var horizontal: Double
        var vertical: Double
        var score: Double
    }

    private let side = WatermarkDesign.tile
    private var real: [Float]
    private var imaginary: [Float]
    private var power: [Float]

    private let response: WaveResponse

    init(_ folded: [Float], _ response: WaveResponse, _ transform: TileTransform) {
        self.response = response
        real = folded
        imaginary = [Float](repeating: 0, count: folded.count)
        transform.forward(&real, &imaginary)
        power = [Float](repeating: 0, count: folded.count)
        let reach = WatermarkDesign.highest
        var squares = [Float](repeating: 0, count: folded.count)
        for place in squares.indices {
            squares[place] = real[place] * real[place] + imaginary[place] * imaginary[place]
        }
        // Sums over five by five neighbours, for the half of the frequencies that is looked at.
        var sums = squares
        for row in -2...reach + 2 {
            let first = (row + side) % side * side
            for column in -reach...reach {
                var sum: Float = 0
                for neighbour in column - 2...column + 2 { sum += squares[first + (neighbour + side) % side] }
                sums[first + (column + side) % side] = sum
            }
        }
        for row in 0...reach {
            for column in -reach...reach {
                let shift = (column + side) % side
                var sum: Float = 1e-12
                for neighbour in row - 2...row + 2 { sum += sums[(neighbour + side) % side * side + shift] }
                power[row * side + shift] = sum / 25
            }
        }
    }

    /// The wave of a carrier, of either way to look at the picture, with the power to expect.
    private func wave(
        _ carrier: WatermarkCarriers.Carrier,
        mirrored: Bool
    ) -> (real: Float, imaginary: Float, power: Float) {
        guard mirrored else { return (real[carrier.place], imaginary[carrier.place], power[carrier.place]) }
        // The mirrored picture's wave (u, v) is the picture's (−u, v). In row 0 only one half has its power known; a wave and
        // its negative have the same.
        let column = (side - carrier.horizontal) % side
        let place = carrier.vertical * side + column
        return (real[place], imaginary[place], power[place])
    }

    /// Bounds single waves that stand out: a pattern in the picture, not the mark.
    private static func weight(_ wave: (real: Float, imaginary: Float, power: Float)) -> Float {
        let square = wave.real * wave.real + wave.imaginary * wave.imaginary
        let excess = square / (wave.power * 5)
        return (excess > 1 ? 1 / excess.squareRoot() : 1) / wave.power
    }

    /// The greatest peaks over all places, `count` of each of both ways to look at the picture.
    func peaks(_ carriers: WatermarkCarriers, _ transform: TileTransform, count: Int) -> [(peak: Peak, mirrored: Bool)]
    {
        var first = [Float](repeating: 0, count: side * side)
        var second = first
        var deviations: (Float, Float) = (0, 0)
        // The surface of the picture as it is becomes the real part, of the mirrored one the imaginary part.
        for carrier in carriers.synchronisation {
            let (upright, mirrored) = (wave(carrier, mirrored: false), wave(carrier, mirrored: true))
            let a = product(upright, carrier)
            let b = product(mirrored, carrier)
            deviations.0 += response.height(of: carrier) * response.height(of: carrier) / upright.power
            deviations.1 += response.height(of: carrier) * response.height(of: carrier) / mirrored.power
            first[carrier.place] = a.0 - b.1
            second[carrier.place] = a.1 + b.0
            first[carrier.negativePlace] = a.0 + b.1
            second[carrier.negativePlace] = -a.1 + b.0
        }
        transform.forward(&first, &second)
        return Self.greatest(first, count, deviation: (2 * deviations.0).squareRoot()).map { ($0, false) }
            + Self.greatest(second, count, deviation: (2 * deviations.1).squareRoot()).map { ($0, true) }
    }

    private func product(
        _ wave: (real: Float, imaginary: Float, power: Float),
        _ carrier: WatermarkCarriers.Carrier
    ) -> (Float, Float) {
        let weight = Self.weight(wave) * response.height(of: carrier)
        return (
            weight * (wave.real * carrier.cosine + wave.imaginary * carrier.sine),
            weight * (wave.imaginary * carrier.cosine - wave.real * carrier.sine)
        )
    }

    private static func greatest(_ surface: [Float], _ count: Int, deviation: Float) -> [Peak] {
        let side = WatermarkDesign.tile
        var peaks: [(place: Int, value: Float)] = []
        var least: Float = 0
        for (place, value) in surface.enumerated() where value > least {
            // Neighbours of a peak are the same peak.
            if let near = peaks.firstIndex(where: { distance($0.place, place) <= 3 }) {
                if peaks[near].value < value { peaks[near] = (place, value) }
            } else {
                peaks.append((place, value))
            }
            peaks.sort { $0.value > $1.value }
            if peaks.count > count { peaks.removeLast() }
            if peaks.count == count { least = peaks[count - 1].value }
        }
        return peaks.map {
            Peak(
                horizontal: Double($0.place % side),
                vertical: Double($0.place / side),
                score: Double($0.value / deviation)
            )
        }
    }

    private static func distance(_ first: Int, _ second: Int) -> Int {
        let side = WatermarkDesign.tile
        let (across, down) = (abs(first % side - second % side), abs(first / side - second / side))
        return max(min(across, side - across), min(down, side - down))
    }

    /// The peak near a place, to an eighth of a pixel.
    func refined(_ peak: Peak, mirrored: Bool, _ carriers: WatermarkCarriers) -> Peak {
        var products: [(horizontal: Float, vertical: Float, real: Float, imaginary: Float)] = []
        var deviation: Float = 0
        for carrier in carriers.synchronisation {
            let wave = wave(carrier, mirrored: mirrored)
            let product = product(wave, carrier)
            deviation += response.height(of: carrier) * response.height(of: carrier) / wave.power
            let turn = 2 * Float.pi / Float(side)
            products.append((turn * Float(carrier.horizontal), turn * Float(carrier.vertical), product.0, product.1))
        }
        let unit = (deviation / 2).squareRoot()
        func score(_ horizontal: Double, _ vertical: Double) -> Double {
            var sum: Float = 0
            for product in products {
                let angle = product.horizontal * Float(horizontal) + product.vertical * Float(vertical)
                sum += product.real * cos(angle) + product.imaginary * sin(angle)
            }
            return Double(sum / unit)
        }
        var best = Peak(
            horizontal: peak.horizontal,
            vertical: peak.vertical,
            score: score(peak.horizontal, peak.vertical)
        )
        for step in [1, 0.5, 0.25, 0.125] {
            let centre = best
            for down in [-step, 0, step] {
                for across in [-step, 0, step] where across != 0 || down != 0 {
                    let value = score(centre.horizontal + across, centre.vertical + down)
                    if value > best.score {
                        best = Peak(
                            horizontal: centre.horizontal + across,
                            vertical: centre.vertical + down,
                            score: value
                        )
                    }
                }
            }
        }
        return best
    }

    func score(at peak: Peak, _ carriers: WatermarkCarriers) -> Double {
        var (sum, deviation): (Float, Float) = (0, 0)
        for carrier in carriers.synchronisation {
            let wave = wave(carrier, mirrored: false)
            let product = product(wave, carrier)
            deviation += response.height(of: carrier) * response.height(of: carrier) / wave.power
            let turn = 2 * Double.pi / Double(side)
            let angle = turn * (Double(carrier.horizontal) * peak.horizontal + Double(carrier.vertical) * peak.vertical)
            sum += product.0 * Float(cos(angle)) + product.1 * Float(sin(angle))
        }
        return Double(sum / (deviation / 2).squareRoot())
    }

    /// What was received for each bit of the code: positive for a one, the greater the surer.
    func codeBits(at peak: Peak, mirrored: Bool, _ carriers: WatermarkCarriers) -> [Float] {
        var bits = [Float](repeating: 0, count: WatermarkCode.codeBitCount)
        for (place, carrier) in carriers.data.enumerated() {
            let product = product(wave(carrier, mirrored: mirrored), carrier)
            let turn = 2 * Double.pi / Double(side)
            let angle = turn * (Double(carrier.horizontal) * peak.horizontal + Double(carrier.vertical) * peak.vertical)
            let (cosine, sine) = (Float(cos(angle)), Float(sin(angle)))
            let pair = place % WatermarkCarriers.pairCount
            bits[2 * pair] += product.0 * cosine + product.1 * sine
            bits[2 * pair + 1] += product.1 * cosine - product.0 * sine
        }
        return bits
    }

    /// The place in the tile at which the picture by itself agrees best with a pattern.
    func bestPlace(for waves: [WatermarkWave], _ transform: TileTransform) -> (horizontal: Int, vertical: Int) {
        var first = [Float](repeating: 0, count: side * side)
        var second = first
        for wave in waves {
            let received = product(self.wave(wave.carrier, mirrored: false), wave.carrier)
            first[wave.carrier.place] = received.0 * wave.inPhase + received.1 * wave.quadrature
            second[wave.carrier.place] = received.1 * wave.inPhase - received.0 * wave.quadrature
        }
        transform.forward(&first, &second)
        let best = first.indices.max { first[$0] < first[$1] } ?? 0
        return (best % side, best / side)
    }

    /// What a mark of waves `height` times their amplitude would add for each bit of the code.
    func expectedCodeBits(height: Float, _ carriers: WatermarkCarriers) -> [Float] {
        var bits = [Float](repeating: 0, count: WatermarkCode.codeBitCount)
        for (place, carrier) in carriers.data.enumerated() {
            let wave = wave(carrier, mirrored: false)
            let left = response.height(of: carrier)
            let share = height * left * left / wave.power * Float(0.5).squareRoot()
            let pair = place % WatermarkCarriers.pairCount
            bits[2 * pair] += share
            bits[2 * pair + 1] += share
        }
        return bits
    }

    /// The score that the pattern of synchronisation of a mark of waves `height` times their amplitude would have alone.
    func expectedScore(height: Float, _ carriers: WatermarkCarriers) -> Double {
        var sum: Float = 0
        for carrier in carriers.synchronisation {
            let left = response.height(of: carrier)
            sum += left * left / wave(carrier, mirrored: false).power
        }
        return Double(height * sum / (sum / 2).squareRoot())
    }
}
