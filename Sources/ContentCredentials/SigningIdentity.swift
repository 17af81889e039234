internal import Crypto
public import Foundation
internal import SwiftASN1
internal import X509

/// Who signs: a private key, and the certificates that say whose it is.
public struct SigningIdentity: Hashable, Sendable {
    /// The signatures of the C2PA specification (section "Digital Signatures"), by the library's names.
    enum Algorithm: String {
        case es256
        case es384
        case es512
        case ps256
        case ed25519
    }

    /// Where the certificates are, for messages.
    public let path: String
    /// The name in the signing certificate.
    public let name: String
    /// The organisation in it, which readers show first; nil: there is none.
    public let organisation: String?
    public let notValidBefore: Date
    public let notValidAfter: Date
    /// Whether the server made the certificate for itself. Readers then see who signed but cannot tell who that is.
    public let isForDevelopment: Bool
    /// PEM of the authority that a reader has to trust for a development certificate to be trusted.
    public let authority: String?

    /// PEM, the signing certificate first.
    let chain: String
    /// PEM of the signing certificate alone.
    let certificate: String
    /// PKCS#8 in PEM.
    let privateKey: String
    let algorithm: Algorithm

    /// The operator's own certificate.
    ///
    /// What the C2PA specification asks of it (section "X.509 Certificates"): version 3; issued by an authority, not by
    /// itself; key usage `digitalSignature`; an extended key usage that readers accept (`emailProtection` always;
    /// `c2pa-kp-claimSigning` or `documentSigning` where the reader is set up for it), never `any`; an authority key
    /// identifier. ``ContentCredentials`` tries it out.
    ///
    /// Reads files, so it blocks.
    ///
    /// - Parameters:
    ///   - chainFile: PEM of the signing certificate and of the authorities between it and the root, in that order.
    ///   - keyFile: PEM of the private key: PKCS#8, or SEC 1 or PKCS#1, without a password.
    ///   - now: must lie between the begin and the end of the signing certificate; nil: its time does not matter.
    /// - Throws: ``CredentialsError/file(path:reason:)``, ``CredentialsError/certificate(path:_:)``,
    ///   ``CredentialsError/privateKey(path:reason:)``, ``CredentialsError/keyOfAnotherCertificate(path:)``.
    public init(chainFile: String, keyFile: String, now: Date? = Date()) throws(CredentialsError) {
        try self.init(
            chain: Self.text(of: chainFile),
            key: Self.text(of: keyFile),
            chainPath: chainFile,
            keyPath: keyFile,
            developmentAuthority: nil,
            now: now
        )
    }

    /// - Parameter developmentAuthority: PEM; its being there is what makes the identity one for development.
    init(
        chain: String,
        key: String,
        chainPath: String,
        keyPath: String,
        developmentAuthority: String?,
        now: Date?
    ) throws(CredentialsError) {
        let certificates = try Self.certificates(in: chain, path: chainPath)
        guard let first = certificates.first else { throw .certificate(path: chainPath, .none) }
        if let now {
            guard now >= first.notValidBefore else { throw .certificate(path: chainPath, .notYetValid) }
            guard now < first.notValidAfter else { throw .certificate(path: chainPath, .expired) }
        }
        guard let algorithm = Self.algorithm(of: first.publicKey) else {
            throw .certificate(path: chainPath, .unsupportedKey)
        }
        self.algorithm = algorithm
        do {
            let key = try Certificate.PrivateKey(pemEncoded: key)
            guard key.publicKey == first.publicKey else {
                throw CredentialsError.keyOfAnotherCertificate(path: keyPath)
            }
            privateKey = try PKCS8.pem(of: key)
            certificate = try first.serializeAsPEM().pemString
            self.chain = try certificates.map { try $0.serializeAsPEM().pemString }.joined(separator: "\n")
        } catch let error as CredentialsError {
            throw error
        } catch {
            throw .privateKey(path: keyPath, reason: "\(error)")
        }
        path = chainPath
        name = Self.value(of: .RDNAttributeType.commonName, in: first.subject) ?? first.subject.description
        organisation = Self.value(of: .RDNAttributeType.organizationName, in: first.subject)
        notValidBefore = first.notValidBefore
        notValidAfter = first.notValidAfter
        isForDevelopment = developmentAuthority != nil
        authority = developmentAuthority
    }

    /// Whether a moment lies between the certificate's begin and its end.
    public func isValid(at now: Date) -> Bool { notValidBefore <= now && now < notValidAfter }

    private static func text(of path: String) throws(CredentialsError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .file(path: path, reason: "there is no such file, or it may not be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw .file(path: path, reason: "it is not PEM")
        }
        return text
    }

    private static func certificates(in text: String, path: String) throws(CredentialsError) -> [Certificate] {
        do {
            return try PEMDocument.parseMultiple(pemString: text)
                .filter { $0.discriminator == Certificate.defaultPEMDiscriminator }
                .map { try Certificate(pemDocument: $0) }
        } catch {
            throw .certificate(path: path, .unreadable("\(error)"))
        }
    }

    private static func algorithm(of key: Certificate.PublicKey) -> Algorithm? {
        if P256.Signing.PublicKey(key) != nil { return .es256 }
        if P384.Signing.PublicKey(key) != nil { return .es384 }
        if P521.Signing.PublicKey(key) != nil { return .es512 }
        if Curve25519.Signing.PublicKey(key) != nil { return .ed25519 }
        return PKCS8.isRSA(key) ? .ps256 : nil
    }

    private static func value(of type: ASN1ObjectIdentifier, in subject: DistinguishedName) -> String? {
        for part in subject {
            for attribute in part where attribute.type == type { return attribute.value.description }
        }
        return nil
    }
}
