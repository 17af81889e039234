internal import CryptoExtras
internal import SwiftASN1
internal import X509

/// Private keys in the one form that the C2PA library reads (RFC 5208).
enum PKCS8 {
    static func pem(of key: Certificate.PrivateKey) throws -> String {
        let document = try key.serializeAsPEM()
        guard document.discriminator == "RSA PRIVATE KEY" else { return document.pemString }
        return try _RSA.Signing.PrivateKey(pemRepresentation: document.pemString).pkcs8PEMRepresentation
    }

    static func isRSA(_ key: Certificate.PublicKey) -> Bool {
        _RSA.Signing.PublicKey(key) != nil
    }
}
