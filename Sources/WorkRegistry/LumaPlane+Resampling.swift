internal import Foundation

extension LumaPlane {
    /// How one sample is made of neighbouring ones.
    private struct Mixture {
        let first: Int
        let shares: [Float]
    }

    /// The same picture of another size: means of what a pixel covers where it shrinks, straight lines between pixels where it
    /// grows.
    ///
    /// Means keep what is smaller than a pixel from turning into patterns, so that a picture and its halved copy come out
    /// alike. The plane must not be empty.
    func resampled(width: Int, height: Int) -> LumaPlane {
        let rows = Self.mixtures(from: self.height, to: height)
        let columns = Self.mixtures(from: self.width, to: width)
        var line = [Float](repeating: 0, count: self.width)
        var values = [Float](repeating: 0, count: width * height)
        for (row, mixture) in rows.enumerated() {
            for column in line.indices { line[column] = 0 }
            for (step, share) in mixture.shares.enumerated() {
                Self.add(self.values, from: (mixture.first + step) * self.width, times: share, to: &line)
            }
            for (column, mixture) in columns.enumerated() {
                var sum: Float = 0
                for (step, share) in mixture.shares.enumerated() { sum += share * line[mixture.first + step] }
                values[row * width + column] = sum
            }
        }
        return LumaPlane(width: width, height: height, values: values)
    }

    private static func mixtures(from source: Int, to target: Int) -> [Mixture] {
        let step = Float(source) / Float(target)
        return (0..<target).map { place in
            guard step > 1 else {
                let centre = min(max((Float(place) + 0.5) * step - 0.5, 0), Float(source - 1))
                let first = min(Int(centre), max(source - 2, 0))
                let share = centre - Float(first)
                return Mixture(first: first, shares: source > 1 ? [1 - share, share] : [1])
            }
            let (from, to) = (Float(place) * step, min(Float(place + 1) * step, Float(source)))
            let (first, end) = (Int(from), min(Int(to.rounded(.up)), source))
            let shares = (first..<max(end, first + 1)).map { pixel in
                max(min(Float(pixel + 1), to) - max(Float(pixel), from), 0) / (to - from)
            }
            return Mixture(first: first, shares: shares)
        }
    }
}
