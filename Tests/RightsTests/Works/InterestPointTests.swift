import TestKit
import Testing

@testable import WorkRegistry

@Suite("Points of interest")
struct InterestPointTests {
    struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        /// Of what is left: left, top, width, height as fractions of the whole.
        let rectangle: SIMD4<Float>
        let isHalved: Bool

        var testDescription: String { name }

        static let all = [
            Change(name: "nothing", rectangle: SIMD4(0, 0, 1, 1), isHalved: false),
            Change(name: "half size", rectangle: SIMD4(0, 0, 1, 1), isHalved: true),
            Change(name: "a corner off", rectangle: SIMD4(0.2, 0.2, 0.8, 0.8), isHalved: false),
            Change(name: "a corner off, half size", rectangle: SIMD4(0.2, 0, 0.8, 0.8), isHalved: true),
            Change(name: "an edge off", rectangle: SIMD4(0, 0.1, 1, 0.9), isHalved: false),
        ]
    }

    private static func plane(_ picture: Specimen) throws -> LumaPlane {
        try LumaPlane(rgb: picture.rgb, width: picture.width, height: picture.height)
    }

    /// The size whose pixels are nearest to those of the whole picture.
    private static func scale(_ rectangle: SIMD4<Float>) -> Float {
        let wanted = (rectangle[2] * rectangle[3]).squareRoot()
        return PicturePoints.scales.min { abs($0 - wanted) < abs($1 - wanted) } ?? 1
    }

    /// How many of a picture's points lie where one of the work's lies that looks like it.
    private static func found(_ detail: WorkDetail, _ points: PicturePoints, _ rectangle: SIMD4<Float>) -> Int {
        let size = SIMD2(Float(detail.width), Float(detail.height))
        return points.points.count { point in
            let share = SIMD2(point.x / Float(points.width), point.y / Float(points.height))
            let place = (SIMD2(rectangle[0], rectangle[1]) + share * SIMD2(rectangle[2], rectangle[3])) * size
            return detail.points.contains { other in
                let difference = other.position - place
                return max(difference.max(), -difference.min()) <= 2.5
                    && other.descriptor.distance(to: PointDescriptor(bits: point.descriptor)) <= PointIndex.reach
            }
        }
    }

    @Test(
        "They stay with what they show when a picture is cropped and halved",
        arguments: Change.all,
        ["photo", "crowd"]
    )
    func covariant(change: Change, kind: String) throws {
        let picture =
            kind == "photo" ? try Specimen.named(kind, width: 0, height: 0, seed: 0) : Specimen.crowd(240, 180, 5)
        let rectangle = change.rectangle
        let left = picture.cropped(
            left: Double(rectangle[0]),
            top: Double(rectangle[1]),
            width: Double(rectangle[2]),
            height: Double(rectangle[3])
        )
        let detail = try #require(WorkDetail(Self.plane(picture)))
        let changed = try Self.plane(change.isHalved ? left.halved() : left)
        let points = try #require(PicturePoints(changed, scale: Self.scale(rectangle)))
        #expect(points.points.count >= 10)
        #expect(Self.found(detail, points, rectangle) * 2 >= points.points.count)
        // The same points elsewhere are not found.
        #expect(Self.found(detail, points, rectangle + SIMD4(0.15, 0.15, 0, 0)) * 8 <= points.points.count)
    }

    @Test("A descriptor in a mirror is that of the mirrored picture")
    func mirrored() throws {
        let picture = Specimen.crowd(240, 180, 8)
        let points = try #require(PicturePoints(Self.plane(picture), scale: 1))
        let mirrored = try #require(PicturePoints(Self.plane(picture.mirrored()), scale: 1))
        let found = points.points.count { point in
            mirrored.points.contains { other in
                let same = PointDescriptor(bits: point.descriptor).mirrored
                return abs(Float(points.width) - point.x - other.x) < 0.1 && abs(point.y - other.y) < 0.1
                    && same.distance(to: PointDescriptor(bits: other.descriptor)) <= 1
            }
        }
        #expect(found == points.points.count && found > 10)
    }

    @Test(
        "Plain pictures and narrow ones have none",
        arguments: [(200, 200, "plain"), (20, 300, "ramp"), (2, 900, "noise")]
    )
    func none(width: Int, height: Int, kind: String) throws {
        let plane = try Self.plane(Specimen.named(kind, width: width, height: height, seed: 4))
        let points = PicturePoints(plane, scale: 1)?.points
        #expect(points == nil || points?.isEmpty == true)
    }

    @Test(
        "Another size of a plane keeps what is even, and the mean of what is not",
        arguments: [(9, 5), (31, 64), (64, 64)]
    )
    func resampling(width: Int, height: Int) throws {
        let even = LumaPlane(width: 40, height: 30, values: Array(repeating: 7, count: 1_200))
        #expect(even.resampled(width: width, height: height).values.allSatisfy { abs($0 - 7) < 1e-4 })
        #expect(even.blurred(deviation: 2).values.allSatisfy { abs($0 - 7) < 1e-4 })
        var generator = SeededGenerator(seed: 3)
        let noise = LumaPlane(width: 128, height: 64, values: (0..<8_192).map { _ in Float(generator.next() % 256) })
        let small = noise.resampled(width: 32, height: 16)
        let means = [small, noise].map { plane in plane.values.reduce(Float(0), +) / Float(plane.values.count) }
        #expect(abs(means[0] - means[1]) < 0.01)
    }
}
