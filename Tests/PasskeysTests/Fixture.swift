import Foundation
import TestKit
import Testing

@testable import Passkeys

/// What another implementation made and accepted; see `Fixtures/make.py`.
struct Fixture: Decodable, Sendable {
    struct Party: Decodable, Sendable {
        let id: String
        let name: String
        let origins: [String]
    }

    struct Ceremony: Decodable, Sendable {
        let challenge: String
        let response: String
        let signCount: UInt32
    }

    struct Credential: Decodable, Sendable {
        let name: String
        let user: String
        let credentialID: String
        let publicKey: String
        let isBackedUp: Bool
        let transports: [String]
        let registration: Ceremony
        let assertions: [Ceremony]
    }

    /// Those in the file: a missing one must fail a test.
    static let names = [
        "ES256, synced", "ES256, a security key", "ES256, presence only", "EdDSA, synced", "EdDSA, a security key",
        "RS256, a laptop",
    ]

    let relyingParty: Party
    let passkeys: [Credential]

    private static let loaded = Result {
        let path = Repository.root + "/Tests/PasskeysTests/Fixtures/passkeys.json"
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    static func party() throws -> RelyingParty {
        let party = try loaded.get().relyingParty
        return RelyingParty(id: party.id, origins: Set(party.origins), name: party.name)
    }

    static func credential(_ name: String) throws -> Credential {
        try #require(try loaded.get().passkeys.first { $0.name == name })
    }
}

extension Fixture.Credential {
    /// What a relying party has on record once it is registered.
    func passkey() throws -> Passkey {
        Passkey(
            credentialID: try credentialID.decoded(),
            publicKeyCOSE: try publicKey.decoded(),
            signCount: registration.signCount,
            isBackedUp: isBackedUp,
            transports: transports
        )
    }
}

extension Fixture.Ceremony {
    var bytes: [UInt8] { Array(response.utf8) }

    func challengeBytes() throws -> [UInt8] { try challenge.decoded() }
}

extension String {
    /// The bytes that it is the base64url of; decoded by Foundation, so that nothing is tested by itself.
    func decoded() throws -> [UInt8] {
        var text = replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Array(try #require(Data(base64Encoded: text)))
    }
}
