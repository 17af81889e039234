import BinaryText
import Foundation
import Testing

@testable import Passkeys

/// A response taken apart, to be changed and put together again.
struct Specimen {
    var type = "public-key"
    var id: String
    var rawID: String
    var clientData: String
    /// Of a registration: inside the attestation object.
    var authenticatorData: [UInt8]
    /// Of a registration; nil: made anew from the authenticator data.
    var attestation: [UInt8]?
    /// Of an assertion.
    var signature: [UInt8]?
    var transports = "[]"
    /// More members of the inner object and of the outer one, with a comma before each.
    var inner = ""
    var outer = ""

    static let flagsIndex = 32
    static let identifierIndex = 55

    init(_ ceremony: Fixture.Ceremony) throws {
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(ceremony.response.utf8)) as? [String: Any]
        )
        let response = try #require(document["response"] as? [String: Any])
        id = try #require(document["id"] as? String)
        rawID = try #require(document["rawId"] as? String)
        clientData = String(decoding: try Self.decoded(response["clientDataJSON"]), as: UTF8.self)
        if response["signature"] != nil {
            authenticatorData = try Self.decoded(response["authenticatorData"])
            signature = try Self.decoded(response["signature"])
        } else {
            let attestation = try CBORValue(try Self.decoded(response["attestationObject"]))
            guard case .map(let members) = attestation, case .bytes(let data) = members[.text("authData")] else {
                throw Missing()
            }
            authenticatorData = data
        }
    }

    private struct Missing: Error {}

    private static func decoded(_ member: Any?) throws -> [UInt8] {
        try #require(member as? String).decoded()
    }

    /// As the browser would send it.
    var bytes: [UInt8] {
        var response = "\"clientDataJSON\":\"\(Base64URL.encode(clientData.utf8))\""
        if let signature {
            response += ",\"authenticatorData\":\"\(Base64URL.encode(authenticatorData))\""
            response += ",\"signature\":\"\(Base64URL.encode(signature))\""
        } else {
            let object = attestation ?? Self.attestation(authenticatorData)
            response += ",\"attestationObject\":\"\(Base64URL.encode(object))\",\"transports\":\(transports)"
        }
        let members = "\"id\":\"\(id)\",\"rawId\":\"\(rawID)\",\"type\":\"\(type)\",\"clientExtensionResults\":{}"
        return Array("{\(members),\"response\":{\(response)\(inner)}\(outer)}".utf8)
    }

    static func attestation(_ authenticatorData: [UInt8]) -> [UInt8] {
        [0xA3] + CBOR.text("fmt") + CBOR.text("none") + CBOR.text("attStmt") + [0xA0]
            + CBOR.text("authData") + CBOR.bytes(authenticatorData)
    }

    mutating func replace(_ text: String, with other: String) throws {
        try #require(clientData.contains(text))
        clientData = clientData.replacing(text, with: other)
    }

    mutating func change(flags change: (UInt8) -> UInt8) {
        authenticatorData[Self.flagsIndex] = change(authenticatorData[Self.flagsIndex])
    }

    /// Where a registration's key begins.
    var keyIndex: Int {
        Self.identifierIndex + Int(authenticatorData[53]) << 8 + Int(authenticatorData[54])
    }
}

/// Just enough of an encoder.
enum CBOR {
    static func head(_ type: UInt8, _ argument: Int) -> [UInt8] {
        switch argument {
        case ..<24: [type << 5 | UInt8(argument)]
        case ..<256: [type << 5 | 24, UInt8(argument)]
        default: [type << 5 | 25, UInt8(argument >> 8), UInt8(argument & 255)]
        }
    }

    static func bytes(_ bytes: [UInt8]) -> [UInt8] { head(2, bytes.count) + bytes }
    static func text(_ text: String) -> [UInt8] { head(3, text.utf8.count) + Array(text.utf8) }
    static func integer(_ value: Int) -> [UInt8] { value < 0 ? head(1, ~value) : head(0, value) }

    static func map(_ entries: [(Int, [UInt8])]) -> [UInt8] {
        head(5, entries.count) + entries.flatMap { integer($0.0) + $0.1 }
    }
}
