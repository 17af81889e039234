import Crypto
import Foundation
import Records
import SurgeCore

/// Work that a page does before it gets an account, so that a million of them cost somebody something (after Hashcash,
/// http://www.hashcash.org/papers/hashcash.pdf). Nothing is kept of a challenge until it is used: it is signed.
struct ProofOfWork: Sendable {
    enum Failure: Error, Hashable, Sendable {
        /// Not made here, or for another address.
        case unknown
        case expired
        case used
        case wrong
    }

    static let validSeconds = 300
    private static let mostProofCharacters = 64
    private static let mostUsed = 1_000_000

    private let secret: SymmetricKey
    /// Signatures of used challenges, until those would have expired.
    private var used: [String: Int] = [:]
    private var oldestUsed = 0

    init(secret: [UInt8]) {
        // The same secret signs links: each purpose has a key of its own.
        self.secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret),
            info: Data("proof of work".utf8),
            outputByteCount: 32
        )
    }

    /// - Parameter bits: how many zero bits the digest has to begin with: 2^bits tries on average.
    func challenge(bits: Int, address: String, nonce: [UInt8], at now: Instant) -> (text: String, expiresAt: Int) {
        let expires = now.unixSeconds + Self.validSeconds
        let head = "\(bits).\(expires).\(nonce.base64URL)"
        return ("\(head).\(signature(head, address))", expires)
    }

    /// Takes a challenge that was solved. It works once.
    mutating func redeem(_ challenge: String, proof: String, address: String, at now: Instant) throws(Failure) {
        let parts = challenge.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, let bits = Int(parts[0]), let expires = Int(parts[1]) else { throw .unknown }
        let head = parts[0..<3].joined(separator: ".")
        let signature = self.signature(head, address)
        guard ConstantTime.areEqual(signature, String(parts[3])) else { throw .unknown }
        guard expires >= now.unixSeconds else { throw .expired }
        forget(before: now)
        guard used[signature] == nil else { throw .used }
        guard proof.utf8.count <= Self.mostProofCharacters,
            Self.zeroBits(SHA256.hash(data: Data("\(challenge):\(proof)".utf8))) >= bits
        else { throw .wrong }
        used[signature] = expires
    }

    private mutating func forget(before now: Instant) {
        // Looked through once in a while, and whenever there are very many.
        guard now.unixSeconds - oldestUsed > Self.validSeconds || used.count >= Self.mostUsed else { return }
        used = used.filter { $0.value >= now.unixSeconds }
        oldestUsed = now.unixSeconds
    }

    private func signature(_ head: String, _ address: String) -> String {
        Array(HMAC<SHA256>.authenticationCode(for: Data("\(head)\n\(address)".utf8), using: secret)).base64URL
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
