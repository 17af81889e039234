import Testing

@testable import Passkeys

/// A change to something good, and the error that it must lead to.
struct Tampering: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let error: PasskeyError
    let change: @Sendable (inout Specimen) throws -> Void

    init(
        _ description: String,
        _ error: PasskeyError,
        change: @escaping @Sendable (inout Specimen) throws -> Void
    ) {
        testDescription = description
        self.error = error
        self.change = change
    }
}

extension Tampering {
    /// Of what both ceremonies check alike.
    static let common = documents + clientDataMembers + clientDataTexts + authenticatorData

    private static let documents = [
        Tampering("another type of credential", .wrongCredentialType) { $0.type = "password" },
        Tampering("two identifiers", .contradictoryIdentifiers) { $0.id = "AAAA" },
        Tampering("an identifier with padding", .notBase64URL(.rawID)) { $0.rawID += "=" },
        Tampering("an identifier in the other alphabet", .notBase64URL(.rawID)) { $0.rawID = "+/+/" },
        Tampering("an identifier with bits to spare", .notBase64URL(.rawID)) { $0.rawID = "AB" },
        Tampering("a short identifier with bits to spare", .notBase64URL(.id)) { $0.id = "AB" },
        Tampering("the same member twice", .malformedResponse(.repeatedKey)) { $0.outer = ",\"type\":\"public-key\"" },
        Tampering("the same member twice, once in disguise", .malformedResponse(.repeatedKey)) {
            $0.outer = #","r\u0061wId":"AAAA""#
        },
        Tampering("the same inner member twice", .malformedResponse(.repeatedKey)) {
            $0.inner = ",\"clientDataJSON\":\"e30\""
        },
        Tampering("too long", .malformedResponse(.tooLong)) {
            $0.outer = ",\"x\":\"\(String(repeating: "x", count: 70_000))\""
        },
        Tampering("too deep", .malformedResponse(.tooDeep)) {
            $0.outer = ",\"x\":\(String(repeating: "[", count: 20_000))"
        },
        Tampering("a comma too many", .malformedResponse(.malformed)) { $0.outer = "," },
    ]

    private static let clientDataMembers =
        [
            Tampering("another challenge", .wrongChallenge) {
                try $0.replace("\"challenge\":\"", with: "\"challenge\":\"AA")
            },
            Tampering("no challenge", .invalidField(.challenge)) {
                try $0.replace("\"challenge\"", with: "\"Challenge\"")
            },
            Tampering("a challenge with padding", .wrongChallenge) {
                try $0.replace("\",\"origin", with: "=\",\"origin")
            },
            Tampering("an empty challenge", .wrongChallenge) { try $0.setMember("challenge", "\"\"") },
            Tampering("a challenge that is no text", .invalidField(.challenge)) {
                try $0.setMember("challenge", "null")
            },
            Tampering("no origin", .invalidField(.origin)) { try $0.replace("\"origin\"", with: "\"ogirin\"") },
            Tampering("no type", .invalidField(.type)) { try $0.replace("\"type\"", with: "\"typ\"") },
            Tampering("no such type", .wrongCeremony) { try $0.setMember("type", "\"payment.get\"") },
            Tampering("a type with a space", .wrongCeremony) { try $0.replace("\"webauthn.", with: "\" webauthn.") },
            Tampering("inside a foreign page", .crossOrigin) {
                try $0.replace("\"crossOrigin\":false", with: "\"crossOrigin\":true")
            },
            Tampering("perhaps inside a foreign page", .invalidField(.crossOrigin)) {
                try $0.replace("\"crossOrigin\":false", with: "\"crossOrigin\":\"true\"")
            },
            Tampering("null instead of inside a foreign page", .invalidField(.crossOrigin)) {
                try $0.replace("\"crossOrigin\":false", with: "\"crossOrigin\":null")
            },
            Tampering("inside a page that is named", .embedded) {
                try $0.replace("\"crossOrigin\":false", with: "\"topOrigin\":\"https://pictures.example\"")
            },
        ]
        + [
            "https://evil.example", "http://pictures.example", "https://pictures.example/",
            "https://pictures.example:8443",
            "https://pictures.example.evil", "https://evilpictures.example", "HTTPS://PICTURES.EXAMPLE",
            "pictures.example",
            "null", "", "android:apk-key-hash:AAAA",
        ].map { origin in
            Tampering("the origin '\(origin)'", .wrongOrigin) { try $0.setMember("origin", "\"\(origin)\"") }
        }

    private static let clientDataTexts = [
        Tampering("a challenge twice", .malformedClientData(.repeatedKey)) {
            $0.clientData = "{\"challenge\":\"AAAA\"," + $0.clientData.dropFirst()
        },
        Tampering("an origin twice, once in disguise", .malformedClientData(.repeatedKey)) {
            $0.clientData = #"{"\u006frigin":"https://pictures.example","# + $0.clientData.dropFirst()
        },
        Tampering("client data cut short", .malformedClientData(.malformed)) { $0.clientData.removeLast() },
        Tampering("client data with more behind", .malformedClientData(.malformed)) { $0.clientData += "{}" },
        Tampering("no client data", .malformedClientData(.malformed)) { $0.clientData = "" },
        Tampering("client data that is a list", .malformedClientData(.notAnObject)) { $0.clientData = "[]" },
        Tampering("client data too deep", .malformedClientData(.tooDeep)) {
            $0.clientData = "{\"x\":" + String(repeating: "[", count: 10_000)
        },
        Tampering("client data with half a pair", .malformedClientData(.notUnicode)) {
            $0.clientData = #"{"x":"\uDC00","# + $0.clientData.dropFirst()
        },
    ]

    private static let authenticatorData = [
        Tampering("another domain", .wrongRelyingParty) { $0.authenticatorData[0] ^= 1 },
        Tampering("a domain that differs at its end", .wrongRelyingParty) { $0.authenticatorData[31] ^= 0x80 },
        Tampering("nobody there", .userNotPresent) { $0.change { $0 & ~0x01 } },
        Tampering("nobody there, but verified", .userNotPresent) { $0.change { $0 & ~0x01 | 0x04 } },
        Tampering("backed up, but not fit to be", .contradictoryBackupState) { $0.change { $0 & ~0x08 | 0x10 } },
        Tampering("no authenticator data", .truncatedAuthenticatorData) { $0.authenticatorData = [] },
        Tampering("authenticator data cut in its fixed part", .truncatedAuthenticatorData) {
            $0.authenticatorData = Array($0.authenticatorData.prefix(36))
        },
        Tampering("authenticator data with more behind", .trailingAuthenticatorData) { $0.authenticatorData.append(0) },
        Tampering("extensions announced, but not there", .malformedExtensions) { $0.change { $0 | 0x80 } },
        Tampering("extensions that are no map", .malformedExtensions) {
            $0.change { $0 | 0x80 }
            $0.authenticatorData.append(0x80)
        },
        Tampering("extensions with more behind", .trailingAuthenticatorData) {
            $0.change { $0 | 0x80 }
            $0.authenticatorData += [0xA0, 0xA0]
        },
    ]
}

extension Specimen {
    /// Gives a text member of the client data another value, which is JSON.
    fileprivate mutating func setMember(_ name: String, _ value: String) throws {
        let key = try #require(clientData.firstRange(of: "\"\(name)\":\""))
        let end = try #require(clientData[key.upperBound...].firstIndex(of: "\""))
        clientData.replaceSubrange(key.lowerBound...end, with: "\"\(name)\":\(value)")
    }
}
