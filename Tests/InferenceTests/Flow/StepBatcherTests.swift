import Testing

@testable import Inference

@Suite("Which pictures share a pass")
struct StepBatcherTests {
    private static let square = LatentShape(channels: 4, height: 8, width: 8)
    private static let wide = LatentShape(channels: 4, height: 8, width: 12)

    private func request(_ network: FlowDescription.Network, _ shape: LatentShape, rows: Int = 1) -> StepBatcher.Request
    {
        StepBatcher.Request(key: .init(network: network, shape: shape), rows: rows)
    }

    private func batcher(rows: Int) -> StepBatcher {
        StepBatcher(limitBytes: rows * Self.square.count * 10, bytesPerValue: [.fast: 10, .flow: 10])
    }

    @Test("One network and one shape go together, everything else apart, each picture once")
    func groups() {
        let requests = [
            request(.fast, Self.square), request(.fast, Self.wide), request(.flow, Self.square, rows: 2),
            request(.fast, Self.square), request(.fast, Self.wide), request(.flow, Self.square),
        ]
        let passes = batcher(rows: 100).passes(requests)
        #expect(passes.map(\.members) == [[0, 3], [1, 4], [2, 5]])
    }

    @Test("No pass has more rows than the memory allows, none is much emptier than the others", arguments: 1...40)
    func respectsMemory(count: Int) {
        let requests = (0..<count).map { request(.flow, Self.square, rows: 1 + $0 % 2) }
        let passes = batcher(rows: 8).passes(requests)
        let rows = passes.map { $0.members.reduce(0) { $0 + requests[$1].rows } }
        #expect(rows.allSatisfy { (1...8).contains($0) })
        #expect(passes.flatMap(\.members) == Array(0..<count))
        let all = requests.reduce(0) { $0 + $1.rows }
        #expect(passes.count <= all.dividedUp(by: 8) + 1)
    }

    @Test("A picture whose pass is larger than the memory allowed is still made, alone")
    func makesLargeOnes() {
        let tight = StepBatcher(limitBytes: 1, bytesPerValue: [.flow: 10])
        let requests = [request(.flow, Self.square, rows: 2), request(.flow, Self.square, rows: 2)]
        #expect(tight.passes(requests).map(\.members) == [[0], [1]])
        #expect(tight.passes([]).isEmpty)
    }
}
