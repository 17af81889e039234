import Testing

@testable import Inference

@Suite("Tiles of a latent")
struct TilePlanTests {
    @Test("What fits is one tile")
    func isOne() {
        let plan = TilePlan(length: 24, limit: 24, reach: 3, multiple: 2)
        #expect(plan.tiles == [TilePlan.Tile(start: 0, count: 24, keptStart: 0, keptEnd: 24)])
    }

    @Test("Tiles are of one size, cover everything, and overlap by what is thrown away and what fades")
    func covers() {
        for length in stride(from: 2, through: 120, by: 2) {
            for limit in [1, 12, 20, 33] {
                for reach in [0, 2, 5] {
                    let tiles = TilePlan(length: length, limit: limit, reach: reach, multiple: 2).tiles
                    #expect(tiles.first?.keptStart == 0)
                    #expect(tiles.last?.keptEnd == length)
                    #expect(Set(tiles.map(\.count)).count == 1)
                    for tile in tiles {
                        #expect(tile.start % 2 == 0 && tile.count % 2 == 0 && tile.end <= length)
                        #expect(tile.start == 0 || tile.keptStart - tile.start == reach)
                        #expect(tile.end == length || tile.end - tile.keptEnd == reach)
                    }
                    for (before, after) in zip(tiles, tiles.dropFirst()) {
                        #expect(after.start > before.start)
                        #expect(before.keptEnd - after.keptStart >= TilePlan.fade)
                    }
                }
            }
        }
    }

    @Test("A tile fades in over the first cells of its own part")
    func fades() {
        let tile = TilePlan.Tile(start: 4, count: 10, keptStart: 6, keptEnd: 12)
        let weights = (96..<192).map { TilePlan.weight(pixel: $0, of: tile, cellPixels: 16) }
        #expect(weights.first == 0.5 / 32)
        #expect(weights[32] == 1 && weights.last == 1)
        #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 <= $1 })
    }
}
