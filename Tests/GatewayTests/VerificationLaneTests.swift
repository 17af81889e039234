import HTTPTypes
import Testing

@testable import Gateway

@Suite("What verification may take")
struct VerificationLaneTests {
    @Test("No address has more than its share, and all together no more than there is room for")
    func bounds() {
        let lane = VerificationLane(mostFiles: 3, mostOfAddress: 2)
        #expect(lane.enter(from: "a") == nil)
        #expect(lane.enter(from: "a") == nil)
        #expect(lane.enter(from: "a") == .tooManyOfAddress)
        #expect(lane.enter(from: "b") == nil)
        #expect(lane.enter(from: "c") == .full)
        lane.leave(from: "a")
        #expect(lane.enter(from: "c") == nil)
    }

    @Test("Both refusals say when to come back")
    func tellsWhen() {
        #expect(APIError(VerificationLane.Refusal.full).status == .serviceUnavailable)
        #expect(APIError(VerificationLane.Refusal.tooManyOfAddress).status == .tooManyRequests)
        for refusal in [VerificationLane.Refusal.full, .tooManyOfAddress] {
            #expect(APIError(refusal).headers[.retryAfter] == "5")
        }
    }
}
