internal import Foundation
internal import Imaging

/// The size of a latent.
public struct LatentShape: Sendable, Hashable, Codable {
    public let channels: Int
    /// In cells.
    public let height: Int
    /// In cells.
    public let width: Int

    public init(channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// All values.
    public var count: Int { channels * height * width }
}

extension LatentShape {
    /// A picture wider or taller than this is cut out of one that is not: the networks have seen none.
    private static let longestRatio = 2.5
    /// What an area that is off counts beside a ratio that is off: the ratio is cut to measure later, at a loss.
    private static let areaWeight = 0.25

    /// The shape for a request: nearest to its ratio, among those that the rung names or near the area of its square.
    init(
        for request: PixelSize,
        workingSide: Int,
        plan: FlowDescription.RungDescription,
        description: FlowDescription
    ) {
        let multiple = description.gridMultiple
        let side = max(multiple, workingSide / description.cellPixels)
        let area = Double(side * side)
        let asked = Double(request.width) / Double(request.height)
        let ratio = min(max(asked, 1 / Self.longestRatio), Self.longestRatio)
        func misfit(_ width: Int, _ height: Int) -> Double {
            let ratioError = log(Double(width) / Double(height) / ratio)
            let areaError = log(Double(width * height) / area)
            return ratioError * ratioError + Self.areaWeight * areaError * areaError
        }
        if let grids = plan.grids {
            let distances = grids.map { abs(log(Double($0[0]) / Double($0[1]) / ratio)) }
            let nearest = grids[distances.indices.min { distances[$0] < distances[$1] } ?? 0]
            self.init(channels: description.channels, height: nearest[1], width: nearest[0])
            return
        }
        var best = (width: side.roundedUp(to: multiple), height: side.roundedUp(to: multiple))
        for width in stride(from: multiple, through: 2 * side + multiple, by: multiple) {
            let below = max(multiple, side * side / width / multiple * multiple)
            for height in [below, below + multiple] where misfit(width, height) < misfit(best.width, best.height) {
                best = (width, height)
            }
        }
        self.init(channels: description.channels, height: best.height, width: best.width)
    }
}
