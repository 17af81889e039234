internal import Crypto
internal import Foundation
internal import SwiftASN1
internal import X509

/// A certificate that the server makes for itself, so that content credentials work before the operator has bought one.
///
/// An authority is made, issues one certificate and is given up: its private key is kept nowhere, so nothing else can
/// ever be issued in its name, and whoever trusts it trusts exactly this server.
struct DevelopmentCertificate {
    static let name = "Heatsink development certificate"
    /// Without a timestamp a signature is worth as much as its certificate, so this one lasts.
    static let lifetime: TimeInterval = 10 * 365 * 86_400
    /// Clocks differ.
    private static let leeway: TimeInterval = 3_600

    /// PEM.
    let certificate: String
    let privateKey: String
    let authority: String

    init(now: Date) throws {
        let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let issuer = try Self.distinguishedName("Heatsink development authority")
        let authorityIdentifier = SubjectKeyIdentifier(hash: authorityKey.publicKey)
        let start = now.addingTimeInterval(-Self.leeway)
        let end = now.addingTimeInterval(Self.lifetime)
        let root = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: authorityKey.publicKey,
            notValidBefore: start,
            notValidAfter: end,
            issuer: issuer,
            subject: issuer,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                authorityIdentifier
            },
            issuerPrivateKey: authorityKey
        )
        let signing = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: start,
            notValidAfter: end,
            issuer: issuer,
            subject: try Self.distinguishedName(Self.name),
            signatureAlgorithm: .ecdsaWithSHA256,
            // What a reader insists on: C2PA, section "X.509 Certificates".
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                // The one purpose that the official reader accepts without being told to.
                try ExtendedKeyUsage([.emailProtection])
                SubjectKeyIdentifier(hash: key.publicKey)
                AuthorityKeyIdentifier(keyIdentifier: authorityIdentifier.keyIdentifier)
            },
            issuerPrivateKey: authorityKey
        )
        certificate = try signing.serializeAsPEM().pemString
        privateKey = try PKCS8.pem(of: key)
        authority = try root.serializeAsPEM().pemString
    }

    /// Readers show the organisation, too, so that must not pass for anybody's.
    private static func distinguishedName(_ name: String) throws -> DistinguishedName {
        try DistinguishedName {
            CommonName(name)
            OrganizationName("Heatsink (for development)")
        }
    }
}
