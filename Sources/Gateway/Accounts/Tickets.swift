internal import BinaryText
internal import Crypto
internal import Foundation
internal import Records
internal import SurgeCore

/// Questions that somebody may answer once, from where they were asked, within a few minutes. Nothing is kept of a ticket
/// until it is spent: it is signed.
struct Tickets: Sendable {
    enum Failure: Error, Hashable, Sendable {
        /// Not made here, or for somebody else.
        case unknown
        case expired
        case spent
    }

    struct Ticket: Hashable, Sendable {
        let content: String
        let nonce: String
        fileprivate let expires: Int
        fileprivate let signature: String
    }

    private static let mostSpent = 1_000_000

    private let secret: SymmetricKey
    private let validSeconds: Int
    /// Signatures of spent tickets, until those would have expired.
    private var spent: [String: Int] = [:]
    private var lookedThroughAt = 0

    /// - Parameters:
    ///   - secret: 32 bytes that only this server knows.
    ///   - purpose: tickets of one purpose are none of another.
    init(secret: [UInt8], purpose: String, validSeconds: Int = 300) {
        // The same secret signs links: each purpose has a key of its own.
        self.secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret),
            info: Data(purpose.utf8),
            outputByteCount: 32
        )
        self.validSeconds = validSeconds
    }

    /// - Parameters:
    ///   - content: has no full stop.
    ///   - holder: who may spend it.
    ///   - nonce: random bytes.
    func issue(
        _ content: String,
        to holder: String,
        nonce: [UInt8],
        at now: Instant
    ) -> (text: String, expiresAt: Int) {
        let expires = now.unixSeconds + validSeconds
        let head = "\(content).\(expires).\(nonce.base64URL)"
        return ("\(head).\(signature(head, holder))", expires)
    }

    /// Whether a ticket could be spent now.
    func check(_ text: String, of holder: String, at now: Instant) throws(Failure) -> Ticket {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, let expires = Int(parts[1]) else { throw .unknown }
        let signature = self.signature(parts[0..<3].joined(separator: "."), holder)
        guard ConstantTime.areEqual(signature, String(parts[3])) else { throw .unknown }
        guard expires >= now.unixSeconds else { throw .expired }
        guard spent[signature] == nil else { throw .spent }
        return Ticket(content: String(parts[0]), nonce: String(parts[2]), expires: expires, signature: signature)
    }

    mutating func spend(_ ticket: Ticket, at now: Instant) {
        // Looked through once in a while, and whenever there are very many.
        if now.unixSeconds - lookedThroughAt > validSeconds || spent.count >= Self.mostSpent {
            spent = spent.filter { $0.value >= now.unixSeconds }
            lookedThroughAt = now.unixSeconds
        }
        spent[ticket.signature] = ticket.expires
    }

    private func signature(_ head: String, _ holder: String) -> String {
        Array(HMAC<SHA256>.authenticationCode(for: Data("\(head)\n\(holder)".utf8), using: secret)).base64URL
    }
}
