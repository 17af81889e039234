import Foundation
import TestKit
import Testing

@testable import Passkeys

/// Good responses, changed at random. `HEATSINK_SEED` repeats a run.
@Suite("Random changes")
struct FuzzTests {
    private static let mutations = 20_000
    private static let seed =
        ProcessInfo.processInfo.environment["HEATSINK_SEED"].flatMap { UInt64($0) }
        ?? .random(in: 0...UInt64(UInt32.max))

    /// Bytes changed in one of the ways in which files break and attackers try.
    private static func mutate(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let start = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, start + Int.random(in: 0...8, using: &generator))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0 where start < bytes.count: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1 where start < bytes.count: bytes[start] = .random(in: .min ... .max, using: &generator)
            case 2: bytes.insert(.random(in: .min ... .max, using: &generator), at: start)
            case 3: bytes.removeSubrange(start..<end)
            case 4: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 5: bytes.removeSubrange(start...)
            default:
                let other = Int.random(in: 0...bytes.count, using: &generator)
                bytes.replaceSubrange(start..<end, with: bytes[other...].prefix(8))
            }
        }
        return bytes
    }

    @Test("A changed proof never traps and never verifies")
    func assertions() throws {
        print("HEATSINK_SEED=\(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        let party = try Fixture.party()
        let cases = try Fixture.names.map { name in
            let credential = try Fixture.credential(name)
            let ceremony = try #require(credential.assertions.first)
            return (ceremony, try ceremony.challengeBytes(), try Specimen(ceremony), try credential.passkey())
        }
        for mutation in 0..<Self.mutations {
            let (ceremony, challenge, specimen, passkey) = cases[mutation % cases.count]
            var changed = specimen
            let response: [UInt8]
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: response = Self.mutate(ceremony.bytes, using: &generator)
            case 1:
                let clientData = Self.mutate(Array(specimen.clientData.utf8), using: &generator)
                changed.clientData = String(decoding: clientData, as: UTF8.self)
                response = changed.bytes
            case 2:
                changed.authenticatorData = Self.mutate(specimen.authenticatorData, using: &generator)
                response = changed.bytes
            default:
                changed.signature = specimen.signature.map { Self.mutate($0, using: &generator) }
                response = changed.bytes
            }
            guard let assertion = try? PasskeyAssertion(response: response),
                (try? assertion.verify(challenge: challenge, relyingParty: party, passkey: passkey)) != nil
            else { continue }
            // Nothing was changed that is believed: bytes replaced by themselves, a member that nobody reads, or the
            // user handle, which no signature covers and which the caller compares.
            let isUnchanged = try Signed(response) == Signed(ceremony.bytes)
            #expect(isUnchanged, "HEATSINK_SEED=\(Self.seed), mutation \(mutation)")
        }
    }

    /// What a proof stands on.
    private struct Signed: Equatable {
        let id: String?
        let clientData: String?
        let authenticatorData: String?
        let signature: String?

        init(_ document: [UInt8]) throws {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(document)) as? [String: Any])
            let response = try #require(object["response"] as? [String: Any])
            id = object["rawId"] as? String
            clientData = response["clientDataJSON"] as? String
            authenticatorData = response["authenticatorData"] as? String
            signature = response["signature"] as? String
        }
    }

    @Test("A changed registration never traps, and never yields a passkey that another's proof fits")
    func registrations() throws {
        print("HEATSINK_SEED=\(Self.seed)")
        var generator = SeededGenerator(seed: Self.seed)
        let party = try Fixture.party()
        let cases = try Fixture.names.map { name in
            let credential = try Fixture.credential(name)
            let assertion = try #require(credential.assertions.first)
            return (credential, try Specimen(credential.registration), assertion, try credential.passkey())
        }
        for mutation in 0..<Self.mutations {
            let (credential, specimen, assertion, passkey) = cases[mutation % cases.count]
            var changed = specimen
            let response: [UInt8]
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: response = Self.mutate(credential.registration.bytes, using: &generator)
            case 1:
                let clientData = Self.mutate(Array(specimen.clientData.utf8), using: &generator)
                changed.clientData = String(decoding: clientData, as: UTF8.self)
                response = changed.bytes
            case 2:
                changed.authenticatorData = Self.mutate(specimen.authenticatorData, using: &generator)
                response = changed.bytes
            default:
                let attestation = Specimen.attestation(specimen.authenticatorData)
                changed.attestation = Self.mutate(attestation, using: &generator)
                response = changed.bytes
            }
            // Registrations are not signed: a changed one may well describe another passkey.
            guard
                let other = try? PasskeyRegistration.verify(
                    response: response,
                    challenge: credential.registration.challengeBytes(),
                    relyingParty: party
                )
            else { continue }
            #expect(other.credentialID == passkey.credentialID, "HEATSINK_SEED=\(Self.seed), mutation \(mutation)")
            guard other.publicKeyCOSE != passkey.publicKeyCOSE else { continue }
            let proof = try? PasskeyAssertion(response: assertion.bytes).verify(
                challenge: assertion.challengeBytes(),
                relyingParty: party,
                passkey: other
            )
            #expect(proof == nil, "HEATSINK_SEED=\(Self.seed), mutation \(mutation)")
        }
    }
}
