import TestKit
import Testing

@testable import WorkRegistry

@Suite("Parts of works")
struct PartAlignmentTests {
    private static func area(_ picture: Specimen) throws -> PictureArea {
        let plane = try LumaPlane(rgb: picture.rgb, width: picture.width, height: picture.height)
        return try #require(PictureArea(cells: PictureArea.cells(of: plane), isMirrored: false))
    }

    private static func thumbnail(_ picture: Specimen) throws -> WorkThumbnail {
        WorkThumbnail(try LumaPlane(rgb: picture.rgb, width: picture.width, height: picture.height))
    }

    @Test("A picture is laid where it was cut out, from a guess beside it", arguments: 0..<12)
    func fits(number: Int) throws {
        var generator = SeededGenerator(seed: UInt64(number))
        let picture = Specimen.crowd(240, 180, 40 + number)
        let (left, top) = (Double(generator.next() % 21) / 100, Double(generator.next() % 21) / 100)
        let part = picture.cropped(left: left, top: top, width: 0.8, height: 0.8)
        let alignment = PartAlignment(picture: try Self.area(part), work: try Self.thumbnail(picture))
        let edges = SIMD4(Float(left), Float(left) + 0.8, Float(top), Float(top) + 0.8) * 32
        let moved = SIMD4((0..<4).map { _ in Float(generator.next() % 100) / 100 - 0.5 })
        let fit = try #require(alignment.fit(near: edges + moved), "seed \(number)")
        #expect(fit.correlation > 0.95, "seed \(number)")
        let difference = fit.edges - edges
        #expect(max(difference.max(), -difference.min()) < 0.25, "seed \(number): \(difference)")
    }

    @Test("Another picture does not fit", arguments: 0..<12)
    func others(number: Int) throws {
        let alignment = PartAlignment(
            picture: try Self.area(Specimen.crowd(200, 150, 900 + number)),
            work: try Self.thumbnail(Specimen.crowd(200, 150, 40 + number))
        )
        #expect(alignment.fit(near: SIMD4(0, 32, 0, 32))?.correlation ?? 0 < 0.6)
    }

    @Test(
        "Guesses that are no rectangles in reach give nothing",
        arguments: [
            SIMD4<Float>(repeating: 0), SIMD4(0, -32, 0, 32), SIMD4(0, 1e9, 0, 1e9), SIMD4(.nan, 32, 0, 32),
            SIMD4(0, .infinity, 0, 32), SIMD4(40, 72, 0, 32),
        ]
    )
    func nonsense(edges: SIMD4<Float>) throws {
        let picture = Specimen.crowd(200, 150, 1)
        let alignment = PartAlignment(picture: try Self.area(picture), work: try Self.thumbnail(picture))
        #expect(alignment.fit(near: edges) == nil)
    }

    @Test("Means of rectangles are those of their cells")
    func means() throws {
        var generator = SeededGenerator(seed: 6)
        let side = PictureArea.side
        let cells = (0..<side * side).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let area = try #require(PictureArea(cells: cells, isMirrored: false))
        let mirrored = try #require(PictureArea(cells: cells, isMirrored: true))
        let lines: [Float] = [3, 10, 11, 40]
        let means = area.means(columns: lines, rows: [0, 128])
        let turned = mirrored.means(columns: lines.reversed().map { 128 - $0 }, rows: [0, 128])
        for (number, (from, to)) in zip(lines, lines.dropFirst()).enumerated() {
            var sum = 0
            for row in 0..<side { for column in Int(from)..<Int(to) { sum += Int(cells[row * side + column]) } }
            #expect(abs(means[number] - Float(sum) / (128 * (to - from))) < 0.01)
        }
        #expect(zip(means, turned.reversed()).allSatisfy { abs($0 - $1) < 0.01 })
        #expect(PictureArea(cells: Array(cells.dropLast()), isMirrored: false) == nil)
    }

    @Test("Four equations are solved, and dependent ones are not", arguments: 0..<20)
    func equations(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        func random() -> SIMD4<Float> { SIMD4((0..<4).map { _ in Float(generator.next() % 2_001) / 1_000 - 1 }) }
        let vectors = (0..<12).map { _ in random() }
        let answer = random()
        var system = SmallSystem()
        var right = SIMD4<Float>()
        for vector in vectors {
            system.add(vector)
            right += vector * (vector * answer).sum()
        }
        let difference = try #require(system.solution(right), "seed \(seed)") - answer
        #expect(max(difference.max(), -difference.min()) < 0.01, "seed \(seed)")
        var flat = SmallSystem()
        for vector in vectors { flat.add(SIMD4(vector[0], vector[1], vector[2], vector[2])) }
        #expect(flat.solution(right) == nil, "seed \(seed)")
    }

    // MARK: Votes

    private static func vote(_ owner: UInt32, _ query: Int, _ x: Float, _ y: Float, view: Int = 0) -> PartCandidate.Vote
    {
        PartCandidate.Vote(owner: owner, view: view, query: query, offset: SIMD2(x, y), distance: 4)
    }

    @Test("Points that disagree on where the picture lies do not add up")
    func disagreeing() {
        let scattered = (0..<20).map { Self.vote(1, $0, Float($0) * 10, 0) }
        let agreeing = [Self.vote(2, 0, 5, 5), Self.vote(2, 1, 6, 4), Self.vote(2, 2, 50, 50)]
        let ranked = PartCandidate.ranked(scattered + agreeing)
        #expect(ranked.map(\.owner) == [2, 1])
        #expect(ranked.map(\.votes) == [2, 1])
    }

    @Test("One point counts once, and only those of the same size and side agree")
    func counting() {
        let votes = [
            Self.vote(1, 0, 5, 5), Self.vote(1, 0, 5, 6), Self.vote(1, 0, 6, 5), Self.vote(1, 1, 5, 5, view: 1),
            Self.vote(1, 2, 5, 5, view: 2), Self.vote(1, 3, 5, 9.5),
        ]
        #expect(PartCandidate.ranked(votes).map(\.votes) == [1])
        #expect(PartCandidate.ranked([]).isEmpty)
    }
}
