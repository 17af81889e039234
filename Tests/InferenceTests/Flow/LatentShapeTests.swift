import Imaging
import Testing

@testable import Inference

@Suite("The shape of latents")
struct LatentShapeTests {
    private let entry = FlowFixture.entry

    private func shape(_ width: Int, _ height: Int, side: Int, grids: [[Int]]? = nil) throws -> LatentShape {
        let description = try #require(try entry().manifest.flow)
        let plan = FlowDescription.RungDescription(
            network: .fast,
            sampler: .euler,
            guidance: 1,
            shift: 1,
            decoder: .small,
            grids: grids
        )
        let size = PixelSize(width: width, height: height)
        return LatentShape(for: size, workingSide: side, plan: plan, description: description)
    }

    @Test("A square request is the rung's square")
    func isSquare() throws {
        for side in [64, 256, 512] {
            #expect(
                try shape(1_024, 1_024, side: side) == LatentShape(channels: 16, height: side / 16, width: side / 16)
            )
        }
    }

    @Test("Other ratios keep about the area, turn with the request, and never leave the grid")
    func keepsArea() throws {
        for (width, height) in [(1_536, 1_024), (1_792, 1_024), (640, 480), (3_000, 1_000), (9_999, 1), (17, 16)] {
            let wide = try shape(width, height, side: 256)
            let tall = try shape(height, width, side: 256)
            #expect(wide.width == tall.height && wide.height == tall.width)
            #expect(wide.width % 2 == 0 && wide.height % 2 == 0)
            #expect((190...330).contains(wide.width * wide.height), "\(wide)")
            let ratio = min(Double(width) / Double(height), 2.5)
            #expect(abs(Double(wide.width) / Double(wide.height) / ratio - 1) < 0.15, "\(wide)")
        }
    }

    @Test("A rung that names its grids gets the nearest of them")
    func takesNamedGrids() throws {
        let grids = [[16, 16], [24, 16], [16, 24]]
        let found = try [(1_024, 1_024), (1_536, 1_024), (4_000, 1_000), (1_000, 1_100), (1_000, 1_400)].map {
            try shape($0.0, $0.1, side: 256, grids: grids)
        }
        #expect(found.map(\.width) == [16, 24, 24, 16, 16])
        #expect(found.map(\.height) == [16, 16, 16, 16, 24])
    }
}
