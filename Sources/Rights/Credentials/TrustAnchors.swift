/// Whose certificates a reader trusts, in PEM. The lists of the C2PA are at
/// <https://opensource.contentauthenticity.org/docs/verify-known-cert-list>.
public struct TrustAnchors: Hashable, Sendable {
    /// Authorities for those who sign pictures.
    public var signers: [String]
    /// Authorities for those who make timestamps.
    public var timestamps: [String]

    public init(signers: [String] = [], timestamps: [String] = []) {
        self.signers = signers
        self.timestamps = timestamps
    }

    /// - Parameter own: their certificates are trusted themselves.
    func settings(own: [SigningIdentity]) -> LibrarySettings.Trust {
        var anchors: [LibrarySettings.Anchors] = []
        if !own.isEmpty {
            anchors.append(
                LibrarySettings.Anchors(
                    certificates: own.map(\.certificate).joined(separator: "\n"),
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
