/// The part of a work that a picture shows; its edges are fractions of the work's width and height.
public struct WorkPart: Hashable, Codable, Sendable {
    public let left: Double
    public let top: Double
    public let right: Double
    public let bottom: Double

    public init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    init(_ edges: PartAlignment.Edges) {
        func share(_ edge: Float) -> Double { min(max(Double(edge) / Double(WorkThumbnail.side), 0), 1) }
        self.init(left: share(edges[0]), top: share(edges[2]), right: share(edges[1]), bottom: share(edges[3]))
    }
}
