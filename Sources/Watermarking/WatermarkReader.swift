internal import Foundation

/// The search for a mark in one picture.
struct WatermarkReader {
    private struct Candidate {
        var horizontalScale: Double
        var verticalScale: Double
        var peak: TileSpectrum.Peak
        let isMirrored: Bool
    }

    /// The scales at which a mark is looked for.
    static let scales = 0.4...2.5
    /// Below it, chance makes so many peaks that decoding them would cost more false readings than it finds marks.
    static let leastScore = 4.2
    /// How many places of each exact scale, and how many over all other scales, are decoded at most.
    static let placesAtExactScales = 4
    static let placesAtOtherScales = 12
    private static let windowSide = 640.0

    private let carriers: WatermarkCarriers
    private let transform: TileTransform
    private let standard: WhitenedPlane
    private let fine: WhitenedPlane
    private let halved: WhitenedPlane

    init(rgb: [UInt8], width: Int, height: Int, carriers: WatermarkCarriers, transform: TileTransform) {
        self.carriers = carriers
        self.transform = transform
        let brightness = BrightnessPlane(rgb: rgb, width: width, height: height)
        standard = WhitenedPlane(brightness, band: .standard)
        fine = WhitenedPlane(brightness, band: .fine)
        halved = WhitenedPlane(brightness.halved(), band: .standard)
    }

    func read() -> WatermarkReading? {
        for scale in [1, 0.5, 2] {
            let spectrum = spectrum(scale, scale)
            let peaks = spectrum.peaks(carriers, transform, count: Self.placesAtExactScales / 2)
            for (peak, isMirrored) in peaks where peak.score >= Self.leastScore {
                let candidate = Candidate(
                    horizontalScale: scale,
                    verticalScale: scale,
                    peak: spectrum.refined(peak, mirrored: isMirrored, carriers),
                    isMirrored: isMirrored
                )
                if let reading = decoded(candidate, spectrum) { return reading }
            }
        }
        for candidate in candidates() {
            let (better, spectrum) = improved(candidate)
            if let reading = decoded(better, spectrum) { return reading }
        }
        return nil
    }

    private func plane(for scale: Double) -> (plane: WhitenedPlane, factor: Double) {
        if scale < 0.7 { return (fine, 1) }
        return scale < 1.4 ? (standard, 1) : (halved, 0.5)
    }

    private func spectrum(_ horizontal: Double, _ vertical: Double, isWhole: Bool = true) -> TileSpectrum {
        let (plane, factor) = plane(for: (horizontal * vertical).squareRoot())
        let window =
            isWhole
            ? nil
            : (width: Int(Self.windowSide * horizontal * factor), height: Int(Self.windowSide * vertical * factor))
        let folded = plane.folded(
            horizontalScale: horizontal * factor,
            verticalScale: vertical * factor,
            window: window
        )
        let response = plane.response(horizontalScale: horizontal * factor, verticalScale: vertical * factor)
        return TileSpectrum(folded, response, transform)
    }

    /// How far apart scales may be tried so that at the edges of what takes part the waves are out of step by little.
    private func step(at scale: Double, isWhole: Bool) -> Double {
        let (plane, factor) = plane(for: scale)
        let extent = Double(max(plane.width, plane.height)) / (scale * factor)
        return 5.2 / (isWhole ? extent : min(extent, Self.windowSide))
    }

    private func candidates() -> [Candidate] {
        var found: [Candidate] = []
        var scale = Self.scales.lowerBound
        while scale <= Self.scales.upperBound {
            for (peak, isMirrored) in spectrum(scale, scale, isWhole: false).peaks(carriers, transform, count: 2)
            where peak.score >= Self.leastScore {
                found.append(
                    Candidate(horizontalScale: scale, verticalScale: scale, peak: peak, isMirrored: isMirrored)
                )
            }
            scale *= 1 + step(at: scale, isWhole: false)
        }
        return Array(found.sorted { $0.peak.score > $1.peak.score }.prefix(Self.placesAtOtherScales))
    }

    /// Climbs to the scales at which the pattern of synchronisation stands out most, over the whole picture.
    private func improved(_ candidate: Candidate) -> (Candidate, TileSpectrum) {
        var best = candidate
        var spectrum = spectrum(best.horizontalScale, best.verticalScale)
        best.peak = spectrum.refined(best.peak, mirrored: best.isMirrored, carriers)
        func consider(_ horizontal: Double, _ vertical: Double) {
            let other = self.spectrum(horizontal, vertical)
            let peak = other.refined(best.peak, mirrored: best.isMirrored, carriers)
            guard peak.score > best.peak.score else { return }
            best.horizontalScale = horizontal
            best.verticalScale = vertical
            best.peak = peak
            spectrum = other
        }
        let finest = 0.15 * step(at: candidate.horizontalScale, isWhole: true)
        var step = step(at: candidate.horizontalScale, isWhole: false) / 2
        while step > finest {
            let (horizontal, vertical) = (best.horizontalScale, best.verticalScale)
            for factor in [1 - step, 1 + step] { consider(horizontal * factor, vertical * factor) }
            step /= 2
        }
        step = 2 * finest
        for factor in [1 - step, 1 + step] { consider(best.horizontalScale * factor, best.verticalScale) }
        for factor in [1 - step, 1 + step] { consider(best.horizontalScale, best.verticalScale * factor) }
        return (best, spectrum)
    }

    private func decoded(_ candidate: Candidate, _ spectrum: TileSpectrum) -> WatermarkReading? {
        guard candidate.peak.score >= Self.leastScore else { return nil }
        let received = spectrum.codeBits(at: candidate.peak, mirrored: candidate.isMirrored, carriers)
        guard let id = WatermarkCode.decode(received) else { return nil }
        let code = WatermarkCode.encode(id)
        var (agreeing, all): (Float, Float) = (0, 0)
        for (value, bit) in zip(received, code) {
            agreeing += bit ? value : -value
            all += value * value
        }
        let side = Double(WatermarkDesign.tile)
        func wrapped(_ place: Double) -> Double { place - (place / side).rounded(.down) * side }
        return WatermarkReading(
            id: id,
            agreement: all > 0 ? Double(agreeing / (all * Float(code.count)).squareRoot()) : 0,
            synchronisation: candidate.peak.score,
            horizontalScale: candidate.horizontalScale,
            verticalScale: candidate.verticalScale,
            horizontalOffset: wrapped(candidate.peak.horizontal),
            verticalOffset: wrapped(candidate.peak.vertical),
            isMirrored: candidate.isMirrored
        )
    }
}

extension Watermark {
    /// Reads the mark of this key in a picture, if there is one.
    ///
    /// - Parameter rgb: three bytes a pixel, row by row.
    public func read(rgb: [UInt8], width: Int, height: Int) throws(WatermarkError) -> WatermarkReading? {
        try Self.check(rgb, width: width, height: height)
        guard min(width, height) >= Self.leastSideToRead else { return nil }
        return WatermarkReader(rgb: rgb, width: width, height: height, carriers: carriers, transform: transform).read()
    }

    /// Nothing smaller is looked at, in pixels.
    public static let leastSideToRead = 48
}
