internal import Service
internal import StrictJSON

/// A body of JSON: one parser and one kind of limits for every route.
enum JSONBody {
    /// Above this many bytes, parsing leaves the threads that all requests share.
    private static let largeBytes = 64 * 1024

    /// - Parameters:
    ///   - names: the fields that are read; nil: all. Others are checked, and passed over.
    ///   - blocking: where large bodies are parsed.
    static func object(
        _ bytes: [UInt8],
        limits: JSONLimits,
        keeping names: Set<String>? = nil,
        on blocking: BlockingWork
    ) async throws(APIError) -> [String: JSONValue] {
        guard bytes.count > largeBytes else { return try object(bytes, limits: limits, keeping: names) }
        return try await blocking.run { () throws(APIError) in
            try object(bytes, limits: limits, keeping: names)
        }
    }

    /// For bodies that are small by their limits.
    static func object(
        _ bytes: [UInt8],
        limits: JSONLimits,
        keeping names: Set<String>? = nil
    ) throws(APIError) -> [String: JSONValue] {
        do {
            return try JSONParser.object(bytes, limits: limits, keeping: names, brokenStrings: .marked)
        } catch {
            throw APIError(error)
        }
    }
}

extension APIError {
    fileprivate init(_ failure: JSONFailure) {
        let field = failure.field.map { TextLimit.excerpt($0) }
        let repeated: String? =
            if case .repeatedName(let name) = failure.reason { TextLimit.excerpt(name) } else { nil }
        let place = field.map { ", in '\($0)'" } ?? ""
        self = .invalid(field ?? repeated, "The body \(failure)\(place).", code: "invalid_json")
    }
}
