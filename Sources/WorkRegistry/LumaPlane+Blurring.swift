internal import Foundation

extension LumaPlane {
    /// After a Gaussian filter, cut off at three standard deviations; beyond an edge its pixels go on.
    ///
    /// - Parameter deviation: the standard deviation in pixels.
    func blurred(deviation: Float) -> LumaPlane {
        let reach = max(Int((3 * deviation).rounded(.up)), 1)
        let bell = (-reach...reach).map { exp(-Float($0 * $0) / (2 * deviation * deviation)) }
        let sum = bell.reduce(0, +)
        let shares = bell.map { $0 / sum }
        var result: [Float] = []
        result.reserveCapacity(width * height)
        var line = [Float](repeating: 0, count: width)
        var padded = [Float](repeating: 0, count: width + 2 * reach)
        for row in 0..<height {
            for column in 0..<width { line[column] = 0 }
            for (step, share) in shares.enumerated() {
                let start = min(max(row + step - reach, 0), height - 1) * width
                Self.add(values, from: start, times: share, to: &line)
            }
            for place in padded.indices { padded[place] = line[min(max(place - reach, 0), width - 1)] }
            for column in 0..<width { line[column] = 0 }
            for (step, share) in shares.enumerated() { Self.add(padded, from: step, times: share, to: &line) }
            result += line
        }
        return LumaPlane(width: width, height: height, values: result)
    }

    /// Adds as many values as the line has, from a place on.
    static func add(_ values: [Float], from start: Int, times share: Float, to line: inout [Float]) {
        precondition(start >= 0 && start + line.count <= values.count)
        let source = values.span
        var target = line.mutableSpan
        // Within both: the line says how far it goes, and the check above that the values go as far.
        for place in 0..<target.count {
            unsafe target[unchecked: place] += share * source[unchecked: start &+ place]
        }
    }
}
