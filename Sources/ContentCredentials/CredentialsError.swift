/// Why a picture could not be given its credentials, or a file's could not be read, in words for people.
public enum CredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why a certificate is no use.
    public enum CertificateFailure: Hashable, Sendable {
        /// Not PEM, or not certificates.
        case unreadable(String)
        /// The file holds none.
        case none
        /// Before its time.
        case notYetValid
        /// After its time.
        case expired
        /// A key that the C2PA specification has no signature for.
        case unsupportedKey
        /// What the C2PA library, which is stricter than others, has against it.
        case refused(String)
    }

    /// A file that the operator named, or the server made, is not there or cannot be read or written.
    case file(path: String, reason: String)
    /// The certificate cannot sign pictures.
    case certificate(path: String, CertificateFailure)
    /// The private key is not PEM, or of a kind that is not known.
    case privateKey(path: String, reason: String)
    /// The private key is not the one that the certificate speaks of.
    case keyOfAnotherCertificate(path: String)
    /// The timestamp authority is not named by an `http` or `https` address.
    case timestampAuthority(String)
    /// The trust anchors are not PEM certificates.
    case trustAnchors(reason: String)
    /// The picture is in no format that can carry credentials, or is damaged.
    case picture(reason: String)
    /// The picture could not be signed.
    case signing(reason: String)
    /// The C2PA library did not start.
    case library(operation: String, reason: String)

    /// A message for a person, with what to do.
    public var description: String {
        switch self {
        case .file(let path, let reason):
            "\(path): \(reason)"
        case .certificate(let path, let failure):
            "the certificate in \(path) cannot sign pictures: \(failure)"
        case .privateKey(let path, let reason):
            "the private key in \(path) cannot be used: \(reason)"
        case .keyOfAnotherCertificate(let path):
            "the private key in \(path) does not belong to the first certificate of the chain"
        case .timestampAuthority(let text):
            "'\(text)' is not the http or https address of a timestamp authority"
        case .trustAnchors(let reason):
            "the trust anchors cannot be used: \(reason)"
        case .picture(let reason):
            "the picture cannot be read: \(reason)"
        case .signing(let reason):
            "the picture could not be signed: \(reason)"
        case .library(let operation, let reason):
            "the C2PA library could not \(operation): \(reason)"
        }
    }
}

extension CredentialsError.CertificateFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let reason): "it cannot be read (\(reason))"
        case .none: "there is none"
        case .notYetValid: "it is not valid yet"
        case .expired: "it has expired"
        case .unsupportedKey: "its key is none of P-256, P-384, P-521, Ed25519 and RSA"
        case .refused(let reason): reason
        }
    }
}
