internal import SwiftASN1

/// Whose certificates a reader trusts, in PEM. The lists of the C2PA are at
/// <https://opensource.contentauthenticity.org/docs/verify-known-cert-list>.
public struct TrustAnchors: Hashable, Sendable {
    /// Authorities for those who sign pictures.
    public let signers: [String]
    /// Authorities for those who make timestamps.
    public let timestamps: [String]

    /// Nobody.
    public init() {
        signers = []
        timestamps = []
    }

    /// - Throws: ``CredentialsError/trustAnchors(reason:)`` when a text is not PEM, with or without words between the
    ///   certificates, or holds none. The C2PA library would pass over it.
    public init(signers: [String] = [], timestamps: [String] = []) throws(CredentialsError) {
        self.signers = signers
        self.timestamps = timestamps
        for text in signers + timestamps { try Self.check(text) }
    }

    private static func check(_ text: String) throws(CredentialsError) {
        do {
            let documents = try PEMDocument.parseMultiple(pemString: text)
            guard documents.contains(where: { $0.discriminator == "CERTIFICATE" }) else {
                throw CredentialsError.trustAnchors(reason: "there is no certificate among them")
            }
        } catch let error as CredentialsError {
            throw error
        } catch {
            throw .trustAnchors(reason: "\(error)")
        }
    }

    /// - Parameter own: certificates that are trusted themselves, in PEM.
    func settings(own: [String]) -> LibrarySettings.Trust {
        var anchors: [LibrarySettings.Anchors] = []
        if !own.isEmpty {
            anchors.append(
                LibrarySettings.Anchors(
                    certificates: own.joined(separator: "\n"),
                    kind: .signers
                )
            )
        }
        for (list, kind) in [(signers, LibrarySettings.Anchors.Kind.signers), (timestamps, .timestampAuthorities)]
        where !list.isEmpty {
            anchors.append(LibrarySettings.Anchors(authorities: list.joined(separator: "\n"), kind: kind))
        }
        return LibrarySettings.Trust(anchors: anchors)
    }
}
