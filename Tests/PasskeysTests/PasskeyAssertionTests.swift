import Testing

@testable import Passkeys

@Suite("Proofs of a passkey")
struct PasskeyAssertionTests {
    private static let plain = ["ES256, synced", "EdDSA, synced", "RS256, a laptop"]

    private func verify(_ response: [UInt8], of ceremony: Fixture.Ceremony, by passkey: Passkey) throws -> Passkey {
        try PasskeyAssertion(response: response).verify(
            challenge: ceremony.challengeBytes(),
            relyingParty: Fixture.party(),
            passkey: passkey
        )
    }

    private func first(_ name: String) throws -> (Specimen, Fixture.Ceremony, Passkey) {
        let credential = try Fixture.credential(name)
        let ceremony = try #require(credential.assertions.first)
        return (try Specimen(ceremony), ceremony, try credential.passkey())
    }

    @Test("What another implementation signed and accepted is accepted, one after the other", arguments: Fixture.names)
    func good(name: String) throws {
        let credential = try Fixture.credential(name)
        var passkey = try credential.passkey()
        for ceremony in credential.assertions {
            passkey = try verify(ceremony.bytes, of: ceremony, by: passkey)
            #expect(passkey.signCount == ceremony.signCount)
            #expect(passkey.isBackedUp == credential.isBackedUp)
        }
    }

    @Test("Which passkey and whose can be read first", arguments: Fixture.names)
    func lookup(name: String) throws {
        let credential = try Fixture.credential(name)
        let assertion = try PasskeyAssertion(response: try #require(credential.assertions.first).bytes)
        #expect(try assertion.credentialID == credential.credentialID.decoded())
        #expect(try assertion.userHandle == credential.user.decoded())
    }

    @Test(
        "The user handle may be missing, but not be nonsense",
        arguments: [
            ("", nil), (",\"userHandle\":null", nil), (",\"userHandle\":\"AQID\"", [1, 2, 3]),
        ] as [(String, [UInt8]?)]
    )
    func userHandle(member: String, handle: [UInt8]?) throws {
        var (specimen, _, _) = try first("ES256, synced")
        specimen.inner = member
        #expect(try PasskeyAssertion(response: specimen.bytes).userHandle == handle)
        specimen.inner = ",\"userHandle\":\"A\""
        #expect(throws: PasskeyError.notBase64URL(.userHandle)) { try PasskeyAssertion(response: specimen.bytes) }
        specimen.inner = ",\"userHandle\":1"
        #expect(throws: PasskeyError.invalidField(.userHandle)) { try PasskeyAssertion(response: specimen.bytes) }
    }

    @Test("Taken apart and put together unchanged it is still accepted", arguments: plain)
    func unchanged(name: String) throws {
        let (specimen, ceremony, passkey) = try first(name)
        #expect(throws: Never.self) { try verify(specimen.bytes, of: ceremony, by: passkey) }
    }

    @Test("Every kind of tampering is refused with its reason", arguments: plain, Tampering.common + tamperings)
    func tampered(name: String, tampering: Tampering) throws {
        var (specimen, ceremony, passkey) = try first(name)
        try tampering.change(&specimen)
        #expect(throws: tampering.error) { try verify(specimen.bytes, of: ceremony, by: passkey) }
    }

    private static let tamperings = [
        Tampering("a registration's client data", .wrongCeremony) {
            try $0.replace("webauthn.get", with: "webauthn.create")
        },
        Tampering("another passkey", .wrongPasskey) {
            $0.rawID = "AAAA"
            $0.id = "AAAA"
        },
        Tampering("a new credential", .unexpectedCredential) {
            $0.change { $0 | 0x40 }
            $0.authenticatorData += [UInt8](repeating: 0, count: 17) + [1, 7, 0xA0]
        },
        Tampering("a credential announced, but not there", .truncatedAuthenticatorData) { $0.change { $0 | 0x40 } },
        // What follows is allowed, but not what was signed.
        Tampering("client data with a space", .wrongSignature) { $0.clientData += " " },
        Tampering("client data with a mark at its start", .wrongSignature) {
            $0.clientData = "\u{FEFF}" + $0.clientData
        },
        Tampering("client data with one member less", .wrongSignature) {
            try $0.replace(",\"crossOrigin\":false", with: "")
        },
        Tampering("the service's other origin", .wrongSignature) {
            let isFirst = $0.clientData.contains("\"https://pictures")
            try $0.replace(isFirst ? "https://" : "https://www.", with: isFirst ? "https://www." : "https://")
        },
        Tampering("another count", .wrongSignature) { $0.authenticatorData[36] &+= 1 },
        Tampering("a count far ahead", .wrongSignature) { $0.authenticatorData[33] = 0xFF },
        Tampering("another word on whether somebody was verified", .wrongSignature) { $0.change { $0 ^ 0x04 } },
        Tampering("another word on backups", .wrongSignature) { $0.change { $0 & ~0x10 ^ 0x08 } },
        Tampering("a reserved bit", .wrongSignature) { $0.change { $0 ^ 0x20 } },
        Tampering("extensions put in", .wrongSignature) {
            $0.change { $0 | 0x80 }
            $0.authenticatorData.append(0xA0)
        },
        Tampering("no signature", .wrongSignature) { $0.signature = [] },
        Tampering("a signature cut short", .wrongSignature) { _ = $0.signature?.removeLast() },
        Tampering("a signature with more behind", .wrongSignature) { $0.signature?.append(0) },
        Tampering("a signature of zeroes", .wrongSignature) {
            $0.signature = $0.signature.map { [UInt8](repeating: 0, count: $0.count) }
        },
        Tampering("a signature of the numbers zero", .wrongSignature) {
            $0.signature = [0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00]
        },
        Tampering("a signature that declares too much", .wrongSignature) {
            $0.signature = [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x02, 0x01, 0x00]
        },
    ]

    @Test("With any bit of its signature flipped it is refused", arguments: Fixture.names)
    func flippedSignature(name: String) throws {
        let (specimen, ceremony, passkey) = try first(name)
        let challenge = try ceremony.challengeBytes()
        let party = try Fixture.party()
        let signature = try #require(specimen.signature)
        for bit in 0..<signature.count * 8 {
            var specimen = specimen
            specimen.signature?[bit / 8] ^= 1 << (bit % 8)
            let assertion = try PasskeyAssertion(response: specimen.bytes)
            #expect(throws: PasskeyError.wrongSignature) {
                try assertion.verify(challenge: challenge, relyingParty: party, passkey: passkey)
            }
        }
    }

    @Test("With any bit of what was signed flipped it is refused", arguments: Fixture.names)
    func flippedMessage(name: String) throws {
        let (specimen, ceremony, passkey) = try first(name)
        let challenge = try ceremony.challengeBytes()
        let party = try Fixture.party()
        for bit in 0..<specimen.authenticatorData.count * 8 {
            var specimen = specimen
            specimen.authenticatorData[bit / 8] ^= 1 << (bit % 8)
            let assertion = try PasskeyAssertion(response: specimen.bytes)
            #expect(throws: PasskeyError.self) {
                try assertion.verify(challenge: challenge, relyingParty: party, passkey: passkey)
            }
        }
    }

    @Test("By another key it is refused", arguments: Fixture.names, Fixture.names)
    func otherKey(name: String, other: String) throws {
        guard name != other else { return }
        let (_, ceremony, passkey) = try first(name)
        let otherPasskey = try Fixture.credential(other).passkey()
        #expect(throws: PasskeyError.wrongPasskey) { try verify(ceremony.bytes, of: ceremony, by: otherPasskey) }
        let mixed = Passkey(
            credentialID: passkey.credentialID,
            publicKeyCOSE: otherPasskey.publicKeyCOSE,
            signCount: passkey.signCount,
            isBackedUp: passkey.isBackedUp,
            transports: []
        )
        #expect(throws: PasskeyError.wrongSignature) { try verify(ceremony.bytes, of: ceremony, by: mixed) }
    }

    @Test("A record whose key is damaged lets nobody in")
    func damagedRecord() throws {
        let (_, ceremony, passkey) = try first("ES256, synced")
        func record(_ key: [UInt8]) -> Passkey {
            Passkey(
                credentialID: passkey.credentialID,
                publicKeyCOSE: key,
                signCount: 0,
                isBackedUp: false,
                transports: []
            )
        }
        #expect(throws: PasskeyError.malformedPublicKey(.truncated)) {
            try verify(ceremony.bytes, of: ceremony, by: record([]))
        }
        #expect(throws: PasskeyError.malformedPublicKey(.trailingBytes)) {
            try verify(ceremony.bytes, of: ceremony, by: record(passkey.publicKeyCOSE + [0]))
        }
    }

    @Test(
        "A counter that does not advance is a sign of a copy",
        arguments: [
            // The proof says zero.
            ("ES256, synced", 0, true), ("ES256, synced", 1, false), ("ES256, synced", .max, false),
            // The proof says eight.
            ("ES256, a security key", 0, true), ("ES256, a security key", 7, true), ("ES256, a security key", 8, false),
            ("ES256, a security key", 9, false), ("ES256, a security key", .max, false),
            // The proof says one.
            ("RS256, a laptop", 0, true), ("RS256, a laptop", 1, false),
        ] as [(String, UInt32, Bool)]
    )
    func counters(name: String, old: UInt32, isAccepted: Bool) throws {
        var (_, ceremony, passkey) = try first(name)
        passkey.signCount = old
        if isAccepted {
            #expect(try verify(ceremony.bytes, of: ceremony, by: passkey).signCount == ceremony.signCount)
        } else {
            #expect(throws: PasskeyError.possiblyCloned) { try verify(ceremony.bytes, of: ceremony, by: passkey) }
        }
    }

    @Test("A proof for one challenge is none for the next", arguments: ["ES256, synced", "RS256, a laptop"])
    func replay(name: String) throws {
        let credential = try Fixture.credential(name)
        #expect(throws: PasskeyError.wrongChallenge) {
            try verify(credential.assertions[0].bytes, of: credential.assertions[1], by: credential.passkey())
        }
    }

    @Test("A new passkey is no proof", arguments: Fixture.names)
    func otherCeremony(name: String) throws {
        let ceremony = try Fixture.credential(name).registration
        var response = ceremony.response
        // A browser's copy of the authenticator data is there; the signature never is.
        #expect(throws: PasskeyError.invalidField(.signature)) { try PasskeyAssertion(response: Array(response.utf8)) }
        response = response.replacing("\"transports\"", with: "\"signature\":\"AAAA\",\"transports\"")
        #expect(throws: PasskeyError.wrongCeremony) {
            try verify(Array(response.utf8), of: ceremony, by: Fixture.credential(name).passkey())
        }
    }

    @Test(
        "What is no response at all is refused",
        arguments: [
            ("", .malformedResponse(.malformed)), ("null", .malformedResponse(.notAnObject)),
            ("[]", .malformedResponse(.notAnObject)), ("{}", .invalidField(.type)),
            (#"{"type":"public-key"}"#, .invalidField(.rawID)),
            (#"{"type":"public-key","rawId":"AA"}"#, .invalidField(.id)),
            (#"{"type":"public-key","rawId":"AA","id":"AA"}"#, .invalidField(.response)),
            (#"{"type":"public-key","rawId":"AA","id":"AA","response":[]}"#, .invalidField(.response)),
            (#"{"type":"public-key","rawId":"AA","id":"AA","response":{}}"#, .invalidField(.clientDataJSON)),
        ] as [(String, PasskeyError)]
    )
    func nonsense(text: String, error: PasskeyError) {
        #expect(throws: error) { try PasskeyAssertion(response: Array(text.utf8)) }
    }
}
