internal import Imaging

/// Makes pixels of a latent, in tiles where the whole would take too much memory.
struct FlowDecoder: Sendable {
    let graph: any Graph
    let cellPixels: Int
    let reach: Int
    let multiple: Int
    /// Cells that are decoded at once.
    let cellLimit: Int

    func picture(_ latent: [Float], _ shape: LatentShape) async throws(InferenceError) -> Raster {
        guard shape.height * shape.width > cellLimit else { return try await decode(latent, shape) }
        let side = Int(Double(cellLimit).squareRoot())
        let columns = TilePlan(length: shape.width, limit: side, reach: reach, multiple: multiple).tiles
        let rows = TilePlan(
            length: shape.height,
            limit: cellLimit / max(1, columns[0].count),
            reach: reach,
            multiple: multiple
        ).tiles
        var canvas = TileCanvas(
            size: PixelSize(width: shape.width * cellPixels, height: shape.height * cellPixels),
            cellPixels: cellPixels
        )
        for row in rows {
            for column in columns {
                let part = Self.part(of: latent, shape, row, column)
                let partShape = LatentShape(channels: shape.channels, height: row.count, width: column.count)
                canvas.lay(try await decode(part, partShape), row: row, column: column)
            }
        }
        return canvas.raster
    }

    private func decode(_ latent: [Float], _ shape: LatentShape) async throws(InferenceError) -> Raster {
        let input = GraphInput("latent", shape: [1, shape.channels, shape.height, shape.width], values: latent)
        let size = PixelSize(width: shape.width * cellPixels, height: shape.height * cellPixels)
        let picture = try await graph.run([input], output: "picture") { dimensions, values -> Raster? in
            guard dimensions == [1, 3, size.height, size.width] else { return nil }
            return Pixels.readPlanar(values, width: size.width, height: size.height, cropped: size)
        }
        guard let picture else { throw .runtime(operation: "decode", reason: "the picture is not \(size) pixels") }
        return picture
    }

    private static func part(
        of latent: [Float],
        _ shape: LatentShape,
        _ row: TilePlan.Tile,
        _ column: TilePlan.Tile
    ) -> [Float] {
        var part: [Float] = []
        part.reserveCapacity(shape.channels * row.count * column.count)
        for channel in 0..<shape.channels {
            for y in row.start..<row.end {
                let from = (channel * shape.height + y) * shape.width
                part.append(contentsOf: latent[from + column.start..<from + column.end])
            }
        }
        return part
    }
}

/// A picture that tiles are laid on, each fading in over those before it.
private struct TileCanvas {
    private let size: PixelSize
    private let cellPixels: Int
    private var bytes: [UInt8]

    init(size: PixelSize, cellPixels: Int) {
        self.size = size
        self.cellPixels = cellPixels
        self.bytes = [UInt8](repeating: 0, count: size.area * 3)
    }

    var raster: Raster { Raster(size: size, channels: 3, bytes: bytes) }

    mutating func lay(_ picture: Raster, row: TilePlan.Tile, column: TilePlan.Tile) {
        let weights = (column.keptStart * cellPixels..<column.keptEnd * cellPixels).map {
            TilePlan.weight(pixel: $0, of: column, cellPixels: cellPixels)
        }
        let left = (column.keptStart - column.start) * cellPixels
        for y in row.keptStart * cellPixels..<row.keptEnd * cellPixels {
            let weight = TilePlan.weight(pixel: y, of: row, cellPixels: cellPixels)
            var from = ((y - row.start * cellPixels) * picture.size.width + left) * 3
            var to = (y * size.width + column.keptStart * cellPixels) * 3
            for across in weights {
                let share = weight * across
                for _ in 0..<3 {
                    let old = Float(bytes[to])
                    bytes[to] = UInt8(old + share * (Float(picture.bytes[from]) - old) + 0.5)
                    from += 1
                    to += 1
                }
            }
        }
    }
}
