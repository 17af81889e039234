import Crypto
import CryptoExtras
import Foundation
import Imaging
import SwiftASN1
import TestKit
import Testing
import X509

@testable import ContentCredentials

@Suite("Signing identities")
struct SigningIdentityTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var developmentFolder: String { folder.path + "/development" }

    // MARK: The development certificate

    @Test("Made once, then used again")
    func madeOnce() throws {
        let first = try SigningIdentity.development(in: folder.path)
        #expect(first.isForDevelopment)
        #expect(first.name == "Heatsink development certificate")
        #expect(first.authority != nil)
        let second = try SigningIdentity.development(in: folder.path)
        #expect(second.chain == first.chain)
        #expect(second.privateKey == first.privateKey)
        #expect(second.authority == first.authority)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["development"])
    }

    @Test("Nobody else may read the key")
    func permissions() throws {
        _ = try SigningIdentity.development(in: folder.path)
        let key = try FileManager.default.attributesOfItem(atPath: developmentFolder + "/key.pem")
        let whole = try FileManager.default.attributesOfItem(atPath: developmentFolder)
        #expect((key[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect((whole[.posixPermissions] as? NSNumber)?.intValue == 0o700)
    }

    @Test("Servers that start at once have the same one")
    func race() async throws {
        let path = folder.path
        let chains = await withTaskGroup { group in
            for _ in 0..<16 { group.addTask { try? SigningIdentity.development(in: path).chain } }
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(chains.count == 1)
        #expect(chains.first != .some(nil))
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["development"])
    }

    @Test("Replaced a month before its end, and kept aside", arguments: [-29.0, 1.0, 400.0])
    func renewal(daysAfterEnd: Double) throws {
        let first = try SigningIdentity.development(in: folder.path)
        let later = first.notValidAfter.addingTimeInterval(daysAfterEnd * 86_400)
        let second = try SigningIdentity.development(in: folder.path, now: later)
        #expect(second.chain != first.chain)
        #expect(second.notValidAfter > later)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
        #expect(try SigningIdentity.development(in: folder.path, now: later).chain == second.chain)
    }

    @Test("Not replaced before that")
    func noRenewal() throws {
        let first = try SigningIdentity.development(in: folder.path)
        let before = first.notValidAfter.addingTimeInterval(-31 * 86_400)
        #expect(try SigningIdentity.development(in: folder.path, now: before).chain == first.chain)
    }

    @Test("A file that is missing is named")
    func missingFile() throws {
        _ = try SigningIdentity.development(in: folder.path)
        try FileManager.default.removeItem(atPath: developmentFolder + "/key.pem")
        let error = #expect(throws: CredentialsError.self) { try SigningIdentity.development(in: folder.path) }
        #expect(error?.description.contains("key.pem") == true)
    }

    @Test("A folder that cannot be written is named")
    func unwritable() throws {
        let file = folder.path + "/file"
        try Data().write(to: URL(fileURLWithPath: file))
        #expect(throws: CredentialsError.self) { try SigningIdentity.development(in: file) }
    }

    // MARK: The operator's certificate

    /// What an operator may have bought.
    private struct Bought {
        var usages: [ExtendedKeyUsage.Usage] = [.emailProtection]
        var start = Date(timeIntervalSinceNow: -86_400)
        var end = Date(timeIntervalSinceNow: 86_400)
        var isAuthority = false
        var hasIssuer = true

        /// Writes it below `folder`.
        func write(key: Certificate.PrivateKey, to folder: String, keyText: String? = nil) throws -> (String, String) {
            let authorityKey = Certificate.PrivateKey(P384.Signing.PrivateKey())
            let issuer = try DistinguishedName { CommonName("A real authority") }
            let authority = SubjectKeyIdentifier(hash: authorityKey.publicKey)
            let certificate = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: key.publicKey,
                notValidBefore: start,
                notValidAfter: end,
                issuer: issuer,
                subject: try DistinguishedName {
                    CommonName("Pictures Ltd")
                    OrganizationName("Pictures Ltd")
                },
                signatureAlgorithm: .ecdsaWithSHA384,
                extensions: try Certificate.Extensions {
                    if isAuthority {
                        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                    } else {
                        Critical(BasicConstraints.notCertificateAuthority)
                    }
                    Critical(KeyUsage(digitalSignature: true))
                    if !usages.isEmpty { try ExtendedKeyUsage(usages) }
                    if hasIssuer { AuthorityKeyIdentifier(keyIdentifier: authority.keyIdentifier) }
                },
                issuerPrivateKey: authorityKey
            )
            let (chainFile, keyFile) = (folder + "/chain.pem", folder + "/key.pem")
            try Data(certificate.serializeAsPEM().pemString.utf8).write(to: URL(fileURLWithPath: chainFile))
            let text = try keyText ?? key.serializeAsPEM().pemString
            try Data(text.utf8).write(to: URL(fileURLWithPath: keyFile))
            return (chainFile, keyFile)
        }
    }

    @Test("Keys of every kind sign", arguments: ["P-256", "P-384", "P-521", "Ed25519", "RSA"])
    func kinds(kind: String) throws {
        let key =
            switch kind {
            case "P-256": Certificate.PrivateKey(P256.Signing.PrivateKey())
            case "P-384": Certificate.PrivateKey(P384.Signing.PrivateKey())
            case "P-521": Certificate.PrivateKey(P521.Signing.PrivateKey())
            case "Ed25519": Certificate.PrivateKey(Curve25519.Signing.PrivateKey())
            default: Certificate.PrivateKey(try _RSA.Signing.PrivateKey(keySize: .bits2048))
            }
        let (chain, file) = try Bought().write(key: key, to: folder.path)
        let identity = try SigningIdentity(chainFile: chain, keyFile: file)
        #expect(!identity.isForDevelopment)
        #expect(identity.name == "Pictures Ltd")
        #expect(identity.authority == nil)
        let credentials = try ContentCredentials(identity: identity)
        let signed = try credentials.sign(Studio.picture(.jpeg), as: .jpeg, saying: Studio.description())
        let report = try CredentialsReader(own: [identity]).read(signed.bytes, as: .jpeg)
        #expect(report.verdict == .trusted)
        #expect(report.isOwn)
        #expect(report.manifest?.signer?.organisation == "Pictures Ltd")
        #expect(report.manifest?.statement?.isSignedForDevelopment == false)
    }

    @Test("Certificates that readers would refuse are refused at the start")
    func refused() throws {
        var noUsage = Bought()
        noUsage.usages = []
        var anyUsage = Bought()
        anyUsage.usages = [.any]
        var webServer = Bought()
        webServer.usages = [.serverAuth]
        var noIssuer = Bought()
        noIssuer.hasIssuer = false
        var authority = Bought()
        authority.isAuthority = true
        for bought in [noUsage, anyUsage, webServer, noIssuer, authority] {
            let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let (chain, file) = try bought.write(key: key, to: folder.path)
            let identity = try SigningIdentity(chainFile: chain, keyFile: file)
            let error = #expect(throws: CredentialsError.self, "\(bought)") {
                try ContentCredentials(identity: identity)
            }
            guard case .certificate(chain, .refused) = error else {
                Issue.record("\(bought): \(String(describing: error))")
                continue
            }
        }
    }

    @Test("Before its time and after it")
    func validity() throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let (chain, file) = try Bought().write(key: key, to: folder.path)
        #expect(throws: CredentialsError.certificate(path: chain, .expired)) {
            try SigningIdentity(chainFile: chain, keyFile: file, now: Date(timeIntervalSinceNow: 2 * 86_400))
        }
        #expect(throws: CredentialsError.certificate(path: chain, .notYetValid)) {
            try SigningIdentity(chainFile: chain, keyFile: file, now: Date(timeIntervalSinceNow: -2 * 86_400))
        }
    }

    @Test("SEC 1 keys are read, too")
    func sec1() throws {
        let key = P256.Signing.PrivateKey()
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { node in
            try node.serialize(1)
            try node.serialize(ASN1OctetString(contentBytes: ArraySlice(key.rawRepresentation)))
            try node.serialize(
                ASN1ObjectIdentifier.NamedCurves.secp256r1,
                explicitlyTaggedWithTagNumber: 0,
                tagClass: .contextSpecific
            )
        }
        let text = PEMDocument(type: "EC PRIVATE KEY", derBytes: serializer.serializedBytes).pemString
        let (chain, file) = try Bought().write(key: Certificate.PrivateKey(key), to: folder.path, keyText: text)
        _ = try ContentCredentials(identity: SigningIdentity(chainFile: chain, keyFile: file))
    }

    @Test("Files that are none of it")
    func wrongFiles() throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let (chain, file) = try Bought().write(key: key, to: folder.path)
        let other = folder.path + "/other.pem"
        func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: other)) }

        #expect(throws: CredentialsError.self) { try SigningIdentity(chainFile: other, keyFile: file) }
        try write(try Certificate.PrivateKey(P256.Signing.PrivateKey()).serializeAsPEM().pemString)
        #expect(throws: CredentialsError.keyOfAnotherCertificate(path: other)) {
            try SigningIdentity(chainFile: chain, keyFile: other)
        }
        // The files exchanged.
        #expect(throws: CredentialsError.certificate(path: file, .none)) {
            try SigningIdentity(chainFile: file, keyFile: chain)
        }
        for text in ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "\u{0}"] {
            try write(text)
            #expect(throws: CredentialsError.self, "\(text)") { try SigningIdentity(chainFile: other, keyFile: file) }
            #expect(throws: CredentialsError.self, "\(text)") { try SigningIdentity(chainFile: chain, keyFile: other) }
        }
        try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: other))
        #expect(throws: CredentialsError.self) { try SigningIdentity(chainFile: other, keyFile: file) }
    }

    @Test("Trust anchors that are none", arguments: ["", "no PEM", "-----BEGIN CERTIFICATE-----\n!\n"])
    func wrongAnchors(text: String) {
        #expect(throws: CredentialsError.self) { try TrustAnchors(signers: [text]) }
        #expect(throws: CredentialsError.self) { try TrustAnchors(timestamps: [text]) }
    }

    @Test("Trust anchors with words around them, several in a text")
    func anchors() throws {
        let first = try SigningIdentity.development(in: folder.path + "/1")
        let second = try SigningIdentity.development(in: folder.path + "/2")
        let list = try [first, second].map { "Subject: it\n\n\(try #require($0.authority))\n" }.joined(separator: "\n")
        let reader = try CredentialsReader(trusting: TrustAnchors(signers: [list]))
        for identity in [first, second] {
            let signed = try ContentCredentials(identity: identity).sign(
                Studio.picture(.png),
                as: .png,
                saying: Studio.description()
            )
            #expect(try reader.read(signed.bytes, as: .png).verdict == .trusted)
        }
    }
}
