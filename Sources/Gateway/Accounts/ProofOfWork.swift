internal import Crypto
internal import Foundation
internal import SurgeCore

/// Work that a page does before it gets an account, so that a million of them cost somebody something (after Hashcash,
/// http://www.hashcash.org/papers/hashcash.pdf).
struct ProofOfWork: Sendable {
    enum Failure: Error, Hashable, Sendable {
        case ticket(Tickets.Failure)
        /// It does not begin with enough zero bits.
        case wrong
    }

    private static let mostProofCharacters = 64

    private var tickets: Tickets

    init(secret: [UInt8]) {
        tickets = Tickets(secret: secret, purpose: "proof of work")
    }

    /// - Parameter bits: how many zero bits the digest has to begin with: 2^bits tries on average.
    func challenge(bits: Int, address: String, nonce: [UInt8], at now: Instant) -> (text: String, expiresAt: Int) {
        tickets.issue("\(bits)", to: address, nonce: nonce, at: now)
    }

    /// Takes a challenge that was solved. It works once.
    mutating func redeem(_ challenge: String, proof: String, address: String, at now: Instant) throws(Failure) {
        let ticket: Tickets.Ticket
        do {
            ticket = try tickets.check(challenge, of: address, at: now)
        } catch {
            throw .ticket(error)
        }
        guard let bits = Int(ticket.content), proof.utf8.count <= Self.mostProofCharacters,
            proof.utf8.allSatisfy({ (33...126).contains($0) }),
            Self.zeroBits(SHA256.hash(data: Data("\(challenge):\(proof)".utf8))) >= bits
        else { throw .wrong }
        tickets.spend(ticket, at: now)
    }

    static func zeroBits(_ digest: some Sequence<UInt8>) -> Int {
        var count = 0
        for byte in digest {
            guard byte == 0 else { return count + byte.leadingZeroBitCount }
            count += 8
        }
        return count
    }
}
