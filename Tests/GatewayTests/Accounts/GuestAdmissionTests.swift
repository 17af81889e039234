import Crypto
import Foundation
import SurgeCore
import Testing

@testable import Gateway

@Suite("The door for guests")
struct GuestAdmissionTests {
    private let now = Instant(microseconds: 1_700_000_000_000_000)
    private let secret: [UInt8] = Array(0..<32)

    /// Tries numbers until one solves the challenge.
    private func solve(_ challenge: String, bits: Int) -> String {
        var number = 0
        while ProofOfWork.zeroBits(SHA256.hash(data: Data("\(challenge):\(number)".utf8))) < bits { number += 1 }
        return "\(number)"
    }

    @Test(
        "Zero bits are counted from the front",
        arguments: [([0xFF, 0], 0), ([0x01], 7), ([0, 0x10], 11), ([0, 0], 16)]
    )
    func countsZeroBits(digest: [UInt8], count: Int) {
        #expect(ProofOfWork.zeroBits(digest) == count)
    }

    @Test("A solved challenge works once, for its own address, in its time")
    func redeemsOnce() throws {
        var work = ProofOfWork(secret: secret)
        let challenge = work.challenge(bits: 8, address: "1.2.3.4", nonce: [1, 2, 3], at: now).text
        let proof = solve(challenge, bits: 8)
        #expect(throws: ProofOfWork.Failure.ticket(.unknown)) {
            try work.redeem(challenge, proof: proof, address: "4.3.2.1", at: now)
        }
        #expect(throws: ProofOfWork.Failure.ticket(.expired)) {
            try work.redeem(challenge, proof: proof, address: "1.2.3.4", at: now.advanced(bySeconds: 301))
        }
        try work.redeem(challenge, proof: proof, address: "1.2.3.4", at: now)
        #expect(throws: ProofOfWork.Failure.ticket(.spent)) {
            try work.redeem(challenge, proof: proof, address: "1.2.3.4", at: now)
        }
    }

    @Test("A wrong proof is refused, and a challenge that was made easier is unknown")
    func refusesWrongProofs() {
        var work = ProofOfWork(secret: secret)
        let challenge = work.challenge(bits: 30, address: "a", nonce: [9], at: now).text
        #expect(throws: ProofOfWork.Failure.wrong) { try work.redeem(challenge, proof: "0", address: "a", at: now) }
        let easier = "0" + challenge.dropFirst(2)
        #expect(throws: ProofOfWork.Failure.ticket(.unknown)) {
            try work.redeem(easier, proof: "0", address: "a", at: now)
        }
    }

    @Test(
        "Work is asked for when guests come fast or people have to wait",
        arguments: [
            (10.0, false, 0), (60, false, 0), (61, false, 14), (240, false, 16), (1e9, false, 20), (0, true, 17),
        ]
    )
    func hardness(perMinute: Double, isShort: Bool, bits: Int) {
        #expect(GuestAdmission.bits(perMinute: perMinute, calm: 60, isShort: isShort) == bits)
    }

    @Test("An address gets so many accounts, then has to wait")
    func limitsAddresses() throws {
        let guestAdmission = GuestAdmission(
            limits: GuestAdmission.Limits(accountsPerHour: 2, picturesPerDay: 3),
            secret: secret
        )
        func come(_ address: String, at moment: Instant) throws {
            let challenge = guestAdmission.challenge(for: address, isShort: false, at: moment)
            try guestAdmission.admit(challenge: challenge.challenge, proof: "0", address: address, at: moment)
        }
        try come("a", at: now)
        try come("a", at: now)
        #expect(throws: APIError.self) { try come("a", at: now) }
        try come("b", at: now)
        try come("a", at: now.advanced(bySeconds: 1_801))
        try guestAdmission.admit(pictures: 3, from: "a", at: now)
        #expect(throws: APIError.self) { try guestAdmission.admit(pictures: 1, from: "a", at: now) }
        try guestAdmission.admit(pictures: 1, from: "a", at: now.advanced(bySeconds: 28_801))
        #expect(guestAdmission.counts.made == 4)
        #expect(guestAdmission.counts.refused == 1)
    }

    @Test("What came to nothing is given back, to whom it was taken from")
    func givesBack() throws {
        let guestAdmission = GuestAdmission(limits: GuestAdmission.Limits(picturesPerDay: 2), secret: secret)
        for _ in 0..<5 {
            try guestAdmission.admit(pictures: 2, from: "a", at: now)
            guestAdmission.giveBack(pictures: 2, to: "a")
            guestAdmission.giveBack(pictures: 2, to: "b")
        }
        try guestAdmission.admit(pictures: 2, from: "a", at: now)
        #expect(throws: APIError.self) { try guestAdmission.admit(pictures: 1, from: "a", at: now) }
    }

    @Test("A limiter stays bounded however many addresses come, and does not forget the busy ones")
    func staysBounded() {
        var limiter = AddressLimiter(burst: 1, perSecond: 0.001)
        var refused = 0
        for number in 0..<100_010 where limiter.take(1, from: "\(number)", at: now) != nil { refused += 1 }
        // All beyond the first hundred thousand share one place.
        #expect(refused == 9)
        #expect(limiter.take(1, from: "5", at: now) != nil)
        let later = now.advanced(bySeconds: 1_001)
        #expect(limiter.take(1, from: "new", at: later) == nil)
    }
}
