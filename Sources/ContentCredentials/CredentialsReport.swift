public import Foundation

/// What a file says of itself, and whether it may be believed.
public struct CredentialsReport: Hashable, Sendable {
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// There are no credentials in the file: it never had any, or somebody has taken them off, or they are kept
        /// elsewhere, where we do not look.
        case absent
        /// The file is as it was signed, by somebody on the reader's list.
        case trusted
        /// The file is as it was signed; who signed is not known to the reader.
        case valid
        /// As it was signed, but the certificate has ended since, and no trusted timestamp says that the signature is
        /// older.
        case expired
        /// The picture or what is said of it was changed after it was signed.
        case tampered
        /// There are credentials, but broken or against the rules.
        case invalid
    }

    /// Something that speaks against the file, in the words of the C2PA library.
    public struct Finding: Hashable, Sendable {
        /// A status code of the specification, such as `assertion.dataHash.mismatch`.
        public let code: String
        public let explanation: String
    }

    public struct Signer: Hashable, Sendable {
        public let name: String?
        public let organisation: String?
        /// In decimal.
        public let serialNumber: String?
        /// By a timestamp authority; nil without one.
        public let date: Date?
    }

    public struct Software: Hashable, Sendable {
        public let name: String
        public let version: String?
    }

    public struct Action: Hashable, Sendable {
        /// Such as `c2pa.created`.
        public let name: String
        /// An address, such as <http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia>.
        public let sourceType: String?
        public let software: Software?
        public let date: Date?
    }

    public struct Ingredient: Hashable, Sendable {
        public let title: String?
        /// `parentOf`, `inputTo` or `componentOf`.
        public let relationship: String?
        public let hasCredentials: Bool
        /// What spoke against it when it was made use of.
        public let findings: [Finding]
    }

    /// The newest manifest of a file; the older ones are its ingredients'.
    public struct Manifest: Hashable, Sendable {
        public let title: String?
        public let generator: Software?
        public let signer: Signer?
        public let actions: [Action]
        public let ingredients: [Ingredient]
        /// What Heatsink says of its own pictures. Anybody can write one: see ``CredentialsReport/isOwn``.
        public let statement: PictureStatement?
    }

    public let verdict: Verdict
    /// Empty when the verdict is ``Verdict/trusted``.
    public let findings: [Finding]
    /// Nil when there is none, or none that can be read.
    public let manifest: Manifest?
    /// Whether the file is as it was signed, and with a certificate of our own.
    public let isOwn: Bool
}

extension CredentialsReport {
    /// The model's part in the picture, as the source types of its actions say.
    public var isMadeByModel: Bool {
        manifest?.actions.contains { action in
            let type = action.sourceType?.split(separator: "/").last.map(String.init)
            return type == "trainedAlgorithmicMedia" || type == "compositeWithTrainedAlgorithmicMedia"
        } ?? false
    }
}
