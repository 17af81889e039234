internal import Testing

@testable import SurgeLoad

@Suite("The capacity probe")
struct CapacityProbeTests {
    private static let request = LoadRequest(kind: .generation, prompts: ["a lighthouse"], quality: "low")

    private static func run(_ behaviour: SmallAnswers.Behaviour, connections: Int) async throws -> CapacityProbe.Result
    {
        try await SmallServer.run { _, url in
            try await CapacityProbe.run(
                target: LoadTarget(url: url),
                keys: ["\(behaviour.rawValue)-1"],
                request: request,
                connections: connections,
                seconds: 10,
                warmUpSeconds: 1
            )
        }
    }

    @Test("Connections that are never idle bring no more than the server can")
    func measures() async throws {
        let result = try await Self.run(.slow, connections: 3)
        // Three connections, two pictures every 300 ms each: 24 pictures in a second at most. How few there may be is the
        // machine's affair.
        #expect((0...24).contains(result.picturesPerSecond))
        #expect(result.picturesBySecond.reduce(0, +) > 0)
        #expect(result.picturesBySecond.count == 10)
        #expect(result.failures == 0)
    }

    @Test("Refusals are counted, and not hammered for")
    func countsFailures() async throws {
        let result = try await Self.run(.refuses, connections: 2)
        #expect(result.picturesPerSecond == 0)
        // A connection pauses for a fifth of a second after each.
        #expect((1...102).contains(result.failures))
    }

    @Test("A probe that makes no sense is refused", arguments: [(0, 3, 1), (1, 0, 0), (1, 3, 3), (1, 601, 1)])
    func refuses(connections: Int, seconds: Int, warmUpSeconds: Int) async throws {
        let target = try LoadTarget(url: "http://127.0.0.1:1")
        await #expect(throws: LoadError.self) {
            try await CapacityProbe.run(
                target: target,
                keys: ["a"],
                request: Self.request,
                connections: connections,
                seconds: seconds,
                warmUpSeconds: warmUpSeconds
            )
        }
    }
}
