internal import BinaryText
internal import Crypto
internal import Foundation
internal import Records
internal import SurgeCore

/// Makes links to pictures that work without a key, for a while, and checks them.
struct LinkSigner: Sendable {
    private let secret: SymmetricKey
    private let validSeconds: Int

    /// - Parameter secret: 32 bytes that only this server knows.
    init(secret: [UInt8], validSeconds: Int) {
        self.secret = SymmetricKey(data: secret)
        self.validSeconds = validSeconds
    }

    /// The path and query of a link to a picture.
    func path(to picture: PictureRecord, now: Instant) -> String {
        let name = "\(picture.digest).\(picture.format)"
        let expires = now.unixSeconds + validSeconds
        return "/pictures/\(name)?expires=\(expires)&signature=\(signature(name, expires))"
    }

    /// Whether a link's parts belong together and its time is not over.
    func isValid(name: String, expires: Int, signature: String, now: Instant) -> Bool {
        guard expires >= now.unixSeconds else { return false }
        return ConstantTime.areEqual(self.signature(name, expires), signature)
    }

    private func signature(_ name: String, _ expires: Int) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data("\(name)\n\(expires)".utf8), using: secret)
        return Array(code).base64URL
    }
}
