import HTTPTypes
import Service
import TestKit
import Testing

@testable import Gateway

@Suite("What verification may take")
struct VerificationLimiterTests {
    @Test("No address has more than its share, and all together no more than there is room for")
    func bounds() {
        let limiter = VerificationLimiter(mostFiles: 3, mostOfAddress: 2)
        #expect(limiter.enter(from: "a") == nil)
        #expect(limiter.enter(from: "a") == nil)
        #expect(limiter.enter(from: "a") == .tooManyOfAddress)
        #expect(limiter.enter(from: "b") == nil)
        #expect(limiter.enter(from: "c") == .full)
        limiter.leave(from: "a")
        #expect(limiter.enter(from: "c") == nil)
    }

    @Test("No more than one verification stands before paid work where memory is given out")
    func waitsItsTurn() async throws {
        let limiter = VerificationLimiter()
        let memory = ByteBudget(limit: 100)
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await memory.holding(100) { for await _ in gate {} } }
            try await eventually { memory.heldBytes == 100 }
            for _ in 0..<3 { group.addTask { await limiter.alone { await memory.holding(60) {} } } }
            try await eventually { limiter.waitingCount == 2 && memory.waitingCount == 1 }
            group.addTask { await memory.holding(100) {} }
            try await eventually { memory.waitingCount == 2 }
            #expect(limiter.waitingCount == 2)
            opening.finish()
            try await group.waitForAll()
        }
        #expect(limiter.waitingCount == 0 && memory.heldBytes == 0)
    }

    @Test("Both refusals say when to come back")
    func tellsWhen() {
        #expect(APIError(VerificationLimiter.Refusal.full).status == .serviceUnavailable)
        #expect(APIError(VerificationLimiter.Refusal.tooManyOfAddress).status == .tooManyRequests)
        for refusal in [VerificationLimiter.Refusal.full, .tooManyOfAddress] {
            #expect(APIError(refusal).headers[.retryAfter] == "5")
        }
    }
}
