import Foundation
import Testing

@testable import Passkeys

@Suite("What browsers are asked for")
struct OptionsTests {
    private static let party = RelyingParty(
        id: "pictures.example",
        origins: ["https://pictures.example"],
        name: "Pictures"
    )
    private static let passkey = Passkey(
        credentialID: [0xFB, 0xFF],
        publicKeyCOSE: [],
        signCount: 0,
        isBackedUp: false,
        transports: ["hybrid", "internal"]
    )

    /// Sorted, so that it can be compared.
    private func json(_ document: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    @Test("A new passkey: discoverable, without attestation, by any algorithm that is accepted")
    func creation() throws {
        let options = PasskeyRegistration.Options(
            user: .init(id: [1, 2, 3], name: "ada", displayName: "Ada L."),
            challenge: [UInt8](repeating: 0xFF, count: 16),
            relyingParty: Self.party,
            excluding: [Self.passkey]
        )
        #expect(
            try json(options) == """
                {"attestation":"none",\
                "authenticatorSelection":{"requireResidentKey":true,"residentKey":"required",\
                "userVerification":"preferred"},\
                "challenge":"_____________________w",\
                "excludeCredentials":[{"id":"-_8","transports":["hybrid","internal"],"type":"public-key"}],\
                "pubKeyCredParams":[{"alg":-7,"type":"public-key"},{"alg":-8,"type":"public-key"},\
                {"alg":-257,"type":"public-key"}],\
                "rp":{"id":"pictures.example","name":"Pictures"},"timeout":300000,\
                "user":{"displayName":"Ada L.","id":"AQID","name":"ada"}}
                """
        )
    }

    @Test("A proof: by any passkey, or by some")
    func request() throws {
        let challenge: [UInt8] = [0, 1, 2]
        #expect(
            try json(PasskeyAssertion.Options(challenge: challenge, relyingParty: Self.party)) == """
                {"allowCredentials":[],"challenge":"AAEC","rpId":"pictures.example","timeout":300000,\
                "userVerification":"preferred"}
                """
        )
        let some = PasskeyAssertion.Options(
            challenge: challenge,
            relyingParty: Self.party,
            allowing: [Self.passkey],
            timeout: .milliseconds(1_500)
        )
        #expect(
            try json(some) == """
                {"allowCredentials":[{"id":"-_8","transports":["hybrid","internal"],"type":"public-key"}],\
                "challenge":"AAEC","rpId":"pictures.example","timeout":1500,"userVerification":"preferred"}
                """
        )
    }

    @Test(
        "Any timeout fits",
        arguments: [
            (.zero, 0), (.seconds(-1), 0), (.microseconds(1_500), 2),
            (.seconds(Int64.max), UInt32.max),
        ] as [(Duration, UInt32)]
    )
    func timeouts(timeout: Duration, milliseconds: UInt32) {
        #expect(timeout.optionMilliseconds == milliseconds)
    }
}
