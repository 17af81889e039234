import Testing

@testable import Passkeys

@Suite("New passkeys")
struct PasskeyRegistrationTests {
    /// Without extensions and with a small attestation, so that every change does one thing only.
    private static let plain = ["ES256, synced", "ES256, presence only", "RS256, a laptop"]

    private func verify(_ specimen: Specimen, of ceremony: Fixture.Ceremony) throws -> Passkey {
        try PasskeyRegistration.verify(
            response: specimen.bytes,
            challenge: ceremony.challengeBytes(),
            relyingParty: Fixture.party()
        )
    }

    private func specimen(_ name: String) throws -> (Specimen, Fixture.Ceremony) {
        let ceremony = try Fixture.credential(name).registration
        return (try Specimen(ceremony), ceremony)
    }

    @Test("What another implementation made and accepted is accepted", arguments: Fixture.names)
    func good(name: String) throws {
        let credential = try Fixture.credential(name)
        let passkey = try PasskeyRegistration.verify(
            response: credential.registration.bytes,
            challenge: credential.registration.challengeBytes(),
            relyingParty: Fixture.party()
        )
        #expect(try passkey == credential.passkey())
    }

    @Test("Taken apart and put together unchanged it is still accepted", arguments: plain)
    func unchanged(name: String) throws {
        let (specimen, ceremony) = try specimen(name)
        #expect(throws: Never.self) { try verify(specimen, of: ceremony) }
    }

    @Test("Every kind of tampering is refused with its reason", arguments: plain, Tampering.common + tamperings)
    func tampered(name: String, tampering: Tampering) throws {
        var (specimen, ceremony) = try specimen(name)
        try tampering.change(&specimen)
        #expect(throws: tampering.error) { try verify(specimen, of: ceremony) }
        let sentence = tampering.error.description
        #expect(sentence.first?.isUppercase == true && sentence.hasSuffix("."))
    }

    private static let tamperings =
        [
            Tampering("a proof's client data", .wrongCeremony) {
                try $0.replace("webauthn.create", with: "webauthn.get")
            },
            Tampering("transports that are no texts", .invalidField(.transports)) { $0.transports = "[1]" },
            Tampering("transports that are no list", .invalidField(.transports)) { $0.transports = "\"usb\"" },
            Tampering("far too many transports", .invalidField(.transports)) {
                $0.transports = "[\(Array(repeating: "\"usb\"", count: 17).joined(separator: ","))]"
            },
            Tampering("a transport that is a novel", .invalidField(.transports)) {
                $0.transports = "[\"\(String(repeating: "x", count: 33))\"]"
            },
            Tampering("another identifier than the authenticator's", .contradictoryCredential) {
                $0.rawID = "AAAA"
                $0.id = "AAAA"
            },
            Tampering("no credential", .missingCredential) {
                $0.authenticatorData = Array($0.authenticatorData.prefix(37))
                $0.change { $0 & ~0x40 }
            },
            Tampering("a credential that is not announced", .trailingAuthenticatorData) { $0.change { $0 & ~0x40 } },
            Tampering("a credential announced, but not there", .truncatedAuthenticatorData) {
                $0.authenticatorData = Array($0.authenticatorData.prefix(37))
            },
            Tampering("an empty identifier", .invalidCredentialIDLength) { $0.setIdentifier([]) },
            Tampering("an identifier that is too long", .invalidCredentialIDLength) {
                $0.setIdentifier([UInt8](repeating: 7, count: 1_024))
            },
            Tampering("an identifier that is longer than what is there", .truncatedAuthenticatorData) {
                $0.authenticatorData[53] = 0xFF
            },
            Tampering("no key", .malformedPublicKey(.truncated)) { $0.setKey([]) },
            Tampering("a key cut short", .malformedPublicKey(.truncated)) { $0.authenticatorData.removeLast() },
            Tampering("a key too deep", .malformedPublicKey(.tooDeep)) {
                $0.setKey([UInt8](repeating: 0x81, count: 999))
            },
            Tampering("a key that declares too much", .malformedPublicKey(.truncated)) {
                $0.setKey([0xA1, 0x01, 0x5B] + [UInt8](repeating: 0xFF, count: 8))
            },
            Tampering("a key that is no map", .invalidPublicKey) { $0.setKey([0x00]) },
            Tampering("a key without an algorithm", .unsupportedAlgorithm) { $0.setKey([0xA0]) },
        ] + attestations

    private static let attestations = [
        Tampering("no attestation", .malformedAttestation(.truncated)) { $0.attestation = [] },
        Tampering("an attestation cut short", .malformedAttestation(.truncated)) {
            $0.attestation = Specimen.attestation($0.authenticatorData).dropLast()
        },
        Tampering("an attestation with more behind", .malformedAttestation(.trailingBytes)) {
            $0.attestation = Specimen.attestation($0.authenticatorData) + [0xF6]
        },
        Tampering("an attestation too deep", .malformedAttestation(.tooDeep)) {
            $0.attestation = [UInt8](repeating: 0x81, count: 20_000)
        },
        Tampering("an attestation that declares bytes without end", .malformedAttestation(.truncated)) {
            $0.attestation = [0xA1, 0x63] + Array("fmt".utf8) + [0x5B] + [UInt8](repeating: 0xFF, count: 8)
        },
        Tampering("an attestation that declares entries without end", .malformedAttestation(.truncated)) {
            $0.attestation = [0xBA, 0x7F, 0xFF, 0xFF, 0xFF, 0x63]
        },
        Tampering("an attestation with its parts out of order", .malformedAttestation(.unsortedKeys)) {
            $0.attestation =
                [0xA3] + CBOR.text("fmt") + CBOR.text("none") + CBOR.text("authData") + CBOR.bytes($0.authenticatorData)
                + CBOR.text("attStmt") + [0xA0]
        },
        Tampering("an attestation with authenticator data twice", .malformedAttestation(.unsortedKeys)) {
            $0.attestation =
                [0xA4] + Specimen.attestation($0.authenticatorData).dropFirst() + CBOR.text("authData") + CBOR.bytes([])
        },
        Tampering("an attestation of unknown length", .malformedAttestation(.indefiniteLength)) {
            $0.attestation = [0xBF] + Specimen.attestation($0.authenticatorData).dropFirst() + [0xFF]
        },
        Tampering("an attestation that is a list", .incompleteAttestation) { $0.attestation = [0x80] },
        Tampering("an attestation without a format", .incompleteAttestation) {
            $0.attestation =
                [0xA2] + CBOR.text("attStmt") + [0xA0] + CBOR.text("authData") + CBOR.bytes($0.authenticatorData)
        },
        Tampering("an attestation without a statement", .incompleteAttestation) {
            $0.attestation =
                [0xA2] + CBOR.text("fmt") + CBOR.text("none") + CBOR.text("authData") + CBOR.bytes($0.authenticatorData)
        },
        Tampering("an attestation whose authenticator data is a text", .incompleteAttestation) {
            $0.attestation =
                [0xA3] + CBOR.text("fmt") + CBOR.text("none") + CBOR.text("attStmt") + [0xA0] + CBOR.text("authData")
                + CBOR.text("no")
        },
    ]

    @Test("Cut anywhere, nothing is accepted", arguments: Fixture.names)
    func truncations(name: String) throws {
        let (specimen, ceremony) = try specimen(name)
        for length in 0..<specimen.authenticatorData.count {
            var specimen = specimen
            specimen.authenticatorData = Array(specimen.authenticatorData.prefix(length))
            #expect(throws: PasskeyError.self) { try verify(specimen, of: ceremony) }
        }
        let whole = ceremony.bytes
        for length in 0..<whole.count {
            #expect(throws: PasskeyError.malformedResponse(.malformed)) {
                try PasskeyRegistration.verify(
                    response: Array(whole.prefix(length)),
                    challenge: ceremony.challengeBytes(),
                    relyingParty: Fixture.party()
                )
            }
        }
    }

    @Test("Another challenge, domain or set of origins than the service's is refused", arguments: Fixture.names)
    func elsewhere(name: String) throws {
        let ceremony = try Fixture.credential(name).registration
        let party = try Fixture.party()
        func verify(_ challenge: [UInt8], id: String, origins: Set<String>) throws {
            _ = try PasskeyRegistration.verify(
                response: ceremony.bytes,
                challenge: challenge,
                relyingParty: RelyingParty(id: id, origins: origins, name: party.name)
            )
        }
        let challenge = try ceremony.challengeBytes()
        #expect(throws: PasskeyError.wrongChallenge) {
            try verify(challenge.reversed(), id: party.id, origins: party.origins)
        }
        #expect(throws: PasskeyError.wrongChallenge) { try verify([], id: party.id, origins: party.origins) }
        #expect(throws: PasskeyError.wrongOrigin) { try verify(challenge, id: party.id, origins: []) }
        #expect(throws: PasskeyError.wrongOrigin) {
            try verify(challenge, id: party.id, origins: ["https://other.example"])
        }
        #expect(throws: PasskeyError.wrongRelyingParty) {
            try verify(challenge, id: "other.example", origins: party.origins)
        }
    }

    @Test("Origins that look alike are not the same")
    func lookalikes() throws {
        var (specimen, ceremony) = try specimen("ES256, synced")
        // The sign for kelvin is the letter K to Swift's comparison of texts.
        try specimen.replace("https://pictures.example", with: "https://\u{212A}.example")
        #expect(throws: PasskeyError.wrongOrigin) {
            try PasskeyRegistration.verify(
                response: specimen.bytes,
                challenge: ceremony.challengeBytes(),
                relyingParty: RelyingParty(id: "pictures.example", origins: ["https://K.example"], name: "")
            )
        }
    }

    @Test("Whatever the attestation says, it is not asked", arguments: ["fido-u2f", "packed", "tpm", "no such format"])
    func anyAttestation(format: String) throws {
        var (specimen, ceremony) = try specimen("ES256, synced")
        let statement: [UInt8] = [0xA1] + CBOR.text("x5c") + [0x81] + CBOR.bytes([1, 2, 3])
        specimen.attestation =
            [0xA3] + CBOR.text("fmt") + CBOR.text(format) + CBOR.text("attStmt") + statement
            + CBOR.text("authData") + CBOR.bytes(specimen.authenticatorData)
        #expect(throws: Never.self) { try verify(specimen, of: ceremony) }
    }

    @Test("Unasked extensions, a mark at the start and unknown members change nothing")
    func tolerated() throws {
        var (specimen, ceremony) = try specimen("ES256, synced")
        specimen.change { $0 | 0x80 }
        specimen.authenticatorData += [0xA1] + CBOR.text("credProtect") + [0x02]
        specimen.clientData = "\u{FEFF}" + specimen.clientData
        specimen.inner = ",\"publicKey\":\"!\",\"authenticatorData\":null"
        specimen.outer = ",\"authenticatorAttachment\":\"platform\""
        specimen.transports = "[\"by pigeon\"]"
        #expect(try verify(specimen, of: ceremony).transports == ["by pigeon"])
    }

    @Test("A proof is no new passkey", arguments: Fixture.names)
    func otherCeremony(name: String) throws {
        let ceremony = try #require(try Fixture.credential(name).assertions.first)
        #expect(throws: PasskeyError.wrongCeremony) {
            try PasskeyRegistration.verify(
                response: ceremony.bytes,
                challenge: ceremony.challengeBytes(),
                relyingParty: Fixture.party()
            )
        }
    }
}

extension Specimen {
    /// In the authenticator data only.
    fileprivate mutating func setIdentifier(_ identifier: [UInt8]) {
        let key = authenticatorData[keyIndex...]
        authenticatorData =
            authenticatorData.prefix(53) + [UInt8(identifier.count >> 8), UInt8(identifier.count & 255)] + identifier
            + key
    }

    fileprivate mutating func setKey(_ key: [UInt8]) {
        authenticatorData.replaceSubrange(keyIndex..., with: key)
    }
}
