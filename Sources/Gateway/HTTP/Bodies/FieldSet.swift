internal import StrictJSON

/// A request's fields, whichever way they came: the one place that knows how to say what is wrong with one.
struct FieldSet: Sendable {
    typealias Upload = PendingUpload

    /// The fields that the API or this server defines and that come at most once. Others are passed over, however often they come.
    static let names: Set<String> = [
        "background", "frame_count", "frame_duration_ms", "input_fidelity", "model", "moderation", "n",
        "output_compression", "output_format", "partial_images", "prompt", "quality", "response_format",
        "safety_identifier", "seed", "size", "stream", "strength", "style", "user",
    ]

    private let values: [String: JSONValue]
    /// Numbers and booleans came as text, as they do in forms.
    private let isForm: Bool
    let images: [Upload]
    let mask: Upload?

    /// All files that were sent.
    var uploads: [Upload] { images + (mask.map { [$0] } ?? []) }

    init(values: [String: JSONValue], isForm: Bool, images: [Upload] = [], mask: Upload? = nil) {
        self.values = values
        self.isForm = isForm
        self.images = images
        self.mask = mask
    }

    /// A name or another short value.
    func string(_ name: String) throws(APIError) -> String? { try text(name, atMost: TextLimit.choice) }

    private func anyString(_ name: String) throws(APIError) -> String? {
        switch values[name] {
        case nil, .null: return nil
        case .string(let text): return text
        case .some(let other): throw .invalid(name, "'\(name)' must be a string, not \(other.typeName).")
        }
    }

    /// A text.
    ///
    /// - Parameter limit: in characters, from ``TextLimit``.
    func text(_ name: String, atMost limit: Int) throws(APIError) -> String? {
        guard let text = try anyString(name) else { return nil }
        guard TextLimit.holds(text, limit) else {
            throw .invalid(name, "'\(name)' is longer than \(limit) characters.")
        }
        return text
    }

    /// One of `allowed`.
    func choice(_ name: String, of allowed: [String]) throws(APIError) -> String? {
        guard let text = try string(name) else { return nil }
        guard allowed.contains(text) else {
            let list = allowed.map { "'\($0)'" }.joined(separator: ", ")
            throw .invalid(name, "'\(name)' cannot be '\(TextLimit.excerpt(text))'. Accepted: \(list).")
        }
        return text
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        let value: Int?
        switch values[name] {
        case nil, .null: return nil
        case .string(let text) where isForm: value = JSONParser.integer(text)
        case .some(let other): value = other.wholeNumber
        }
        guard let value, range.contains(value) else {
            throw .invalid(name, "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }

    func number(_ name: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
        var given = values[name]
        if isForm, case .string(let text) = given { given = JSONParser.number(text) ?? given }
        let value: Double?
        switch given {
        case nil, .null: return nil
        case .integer(let number): value = Double(number)
        case .number(let number): value = number
        default: value = nil
        }
        guard let value, range.contains(value) else {
            throw .invalid(name, "'\(name)' must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }

    /// Whether a field has a value at all.
    func has(_ name: String) -> Bool { values[name].map { $0 != .null } ?? false }

    func boolean(_ name: String) throws(APIError) -> Bool? {
        switch values[name] {
        case nil, .null: return nil
        case .boolean(let value): return value
        case .string(let text) where isForm && ["true", "false"].contains(text.lowercased()):
            return text.lowercased() == "true"
        default: throw .invalid(name, "'\(name)' must be true or false.")
        }
    }
}
