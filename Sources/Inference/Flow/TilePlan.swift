/// Cuts one side of a latent into tiles that overlap, so that a decoder needs memory for one of them only.
///
/// A decoder's answer near a tile's edge lacks what lies beyond, so the outer `reach` cells of each tile are thrown
/// away; the next ones fade from one tile into the next. Where the decoder looks no further than `reach`, both agree
/// there and the picture is that of the whole.
struct TilePlan: Hashable, Sendable {
    struct Tile: Hashable, Sendable {
        let start: Int
        let count: Int
        /// Where its own part begins and ends, in cells of the whole.
        let keptStart: Int
        let keptEnd: Int

        var end: Int { start + count }
    }

    /// Cells over which one tile fades into the next.
    static let fade = 2

    let tiles: [Tile]

    /// - Parameters:
    ///   - length: cells, a multiple of `multiple`.
    ///   - limit: cells that a tile may have; more when the overlap needs them.
    init(length: Int, limit: Int, reach: Int, multiple: Int) {
        let overlap = (2 * reach + Self.fade).roundedUp(to: multiple)
        let size = max(limit / multiple * multiple, overlap + multiple)
        guard length > size else {
            tiles = [Tile(start: 0, count: length, keptStart: 0, keptEnd: length)]
            return
        }
        let last = length - size
        let starts = Array(stride(from: 0, to: last, by: size - overlap)) + [last]
        tiles = starts.map { start in
            Tile(
                start: start,
                count: size,
                keptStart: start == 0 ? 0 : start + reach,
                keptEnd: start == last ? length : start + size - reach
            )
        }
    }

    /// How much a tile counts at a pixel of its own part, against the tiles before it.
    static func weight(pixel: Int, of tile: Tile, cellPixels: Int) -> Float {
        guard tile.start > 0 else { return 1 }
        let inside = Float(pixel - tile.keptStart * cellPixels) + 0.5
        return min(1, inside / Float(fade * cellPixels))
    }
}
