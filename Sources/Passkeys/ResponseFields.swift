internal import BinaryText
internal import StrictJSON

/// The members of an object that a client sent.
struct ResponseFields {
    private static let limits = JSONLimits(bytes: 65_536, depth: 16)

    private let members: [String: JSONValue]

    /// The whole of a `RegistrationResponseJSON` or `AuthenticationResponseJSON`
    /// (<https://www.w3.org/TR/webauthn-3/#dictdef-registrationresponsejson>).
    init(response: [UInt8]) throws(PasskeyError) {
        do {
            members = try Self.object(response[...])
        } catch {
            throw .malformedResponse(error)
        }
    }

    /// `clientDataJSON` (<https://www.w3.org/TR/webauthn-3/#dictdef-collectedclientdata>).
    init(clientData: [UInt8]) throws(PasskeyError) {
        // Sections 7.1 step 5 and 7.2 step 8: UTF-8 is decoded as the web does it, without the mark at its start.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        do {
            members = try Self.object(
                clientData.starts(with: mark) ? clientData.dropFirst(mark.count) : clientData[...]
            )
        } catch {
            throw .malformedClientData(error)
        }
    }

    private init(members: [String: JSONValue]) {
        self.members = members
    }

    private static func object(_ bytes: ArraySlice<UInt8>) throws(PasskeyError.JSONFailure) -> [String: JSONValue] {
        do {
            return try JSONParser.object(Array(bytes), limits: limits)
        } catch {
            throw PasskeyError.JSONFailure(error)
        }
    }

    func has(_ name: String) -> Bool {
        members[name] != nil
    }

    func fields(_ field: PasskeyError.Field) throws(PasskeyError) -> ResponseFields {
        guard case .object(let members) = members[field.rawValue] else { throw .invalidField(field) }
        return ResponseFields(members: members)
    }

    func text(_ field: PasskeyError.Field) throws(PasskeyError) -> String {
        guard case .string(let text) = members[field.rawValue] else { throw .invalidField(field) }
        return text
    }

    func bytes(_ field: PasskeyError.Field) throws(PasskeyError) -> [UInt8] {
        guard let bytes = Base64URL.decode(try text(field)) else { throw .notBase64URL(field) }
        return bytes
    }

    /// - Returns: nil when it is not there or null.
    func bytesIfPresent(_ field: PasskeyError.Field) throws(PasskeyError) -> [UInt8]? {
        switch members[field.rawValue] {
        case nil, .null: nil
        default: try bytes(field)
        }
    }

    /// - Returns: false when it is not there.
    func flag(_ field: PasskeyError.Field) throws(PasskeyError) -> Bool {
        switch members[field.rawValue] {
        case nil: return false
        case .boolean(let flag): return flag
        default: throw .invalidField(field)
        }
    }

    /// - Returns: an empty list when it is not there.
    func texts(_ field: PasskeyError.Field) throws(PasskeyError) -> [String] {
        switch members[field.rawValue] {
        case nil: return []
        case .array(let values):
            var texts: [String] = []
            for value in values {
                guard case .string(let text) = value else { throw .invalidField(field) }
                texts.append(text)
            }
            return texts
        default: throw .invalidField(field)
        }
    }

    /// The credential that the response is about. - Throws: when it is no public key, or is named in two ways that
    /// disagree (<https://www.w3.org/TR/webauthn-3/#iface-pkcredential>: `id` is `rawId` in base64url).
    func credentialID() throws(PasskeyError) -> [UInt8] {
        guard try text(.type) == CredentialDescriptor.publicKey else { throw .wrongCredentialType }
        let identifier = try bytes(.rawID)
        guard try bytes(.id) == identifier else { throw .contradictoryIdentifiers }
        return identifier
    }
}
