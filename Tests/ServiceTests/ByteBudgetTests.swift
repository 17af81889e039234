import Imaging
import TestKit
import Testing

@testable import Service

@Suite("Memory for pictures")
struct ByteBudgetTests {
    @Test("What does not fit waits until enough was given back, and nobody overtakes")
    func waits() async throws {
        let budget = ByteBudget(limit: 100)
        let (order, continuation) = AsyncStream.makeStream(of: Int.self)
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await hold(60, of: budget, until: gate) }
            try await eventually { budget.heldBytes == 60 }
            group.addTask { await budget.holding(80) { _ = continuation.yield(80) } }
            try await eventually { budget.waitingCount == 1 }
            group.addTask { await budget.holding(10) { _ = continuation.yield(10) } }
            try await eventually { budget.waitingCount == 2 }
            #expect(budget.heldBytes == 60)
            opening.finish()
            try await group.waitForAll()
        }
        continuation.finish()
        #expect(await order.reduce(into: []) { $0.append($1) }.sorted() == [10, 80])
        #expect(budget.heldBytes == 0 && budget.waitingCount == 0)
    }

    @Test("More than the whole budget counts as all of it")
    func clamps() async {
        let budget = ByteBudget(limit: 100)
        await budget.holding(1_000) { #expect(budget.heldBytes == 100) }
        #expect(budget.heldBytes == 0)
    }

    @Test("Decodings wait for memory, also those of other lanes, and none takes a thread while it waits")
    func decodes() async throws {
        let blocking = BlockingWork(width: 1, memory: ByteBudget(limit: 64 << 20))
        let decoder = try ImageDecoder()
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await hold(64 << 20, of: blocking.memory, until: gate) }
            try await eventually { blocking.memory.heldBytes == 64 << 20 }
            for lane in [blocking, blocking.lane(width: 1)] {
                group.addTask {
                    let raster = try await lane.decode(.file(Repository.photo), .fitting(64), by: decoder)
                    #expect(raster.size.longerSide == 64)
                }
            }
            try await eventually { blocking.memory.waitingCount == 2 }
            // The only thread is free.
            #expect(await blocking.run { () throws(Never) in 1 } == 1)
            opening.finish()
            try await group.waitForAll()
        }
        #expect(blocking.memory.heldBytes == 0)
    }

    @Test("A picture that all memory would not do for is refused")
    func refuses() async throws {
        let blocking = BlockingWork(width: 1)
        let decoder = try ImageDecoder(limits: ImageLimits(maximumDecodingBytes: 1 << 10))
        await #expect(throws: ImagingError.self) {
            try await blocking.decode(.file(Repository.photo), .fitting(64), by: decoder)
        }
    }
}

/// Holds bytes until the stream ends.
private func hold(_ bytes: Int, of budget: ByteBudget, until gate: AsyncStream<Void>) async {
    await budget.holding(bytes) { for await _ in gate {} }
}
