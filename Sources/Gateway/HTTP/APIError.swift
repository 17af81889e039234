internal import HTTPTypes

/// What a client is told when its request cannot be fulfilled: the shape and codes of the OpenAI API.
struct APIError: Error, Hashable, Sendable {
    /// The API's broad classes of errors.
    enum Kind: String, Hashable, Sendable {
        case invalidRequest = "invalid_request_error"
        case rateLimit = "rate_limit_error"
        case unavailable = "service_unavailable_error"
        case server = "server_error"
        case user = "image_generation_user_error"
    }

    let status: HTTPResponse.Status
    let kind: Kind
    let code: String
    /// The field that is at fault.
    let parameter: String?
    var message: String
    var headers: HTTPFields = [:]
    /// The decision behind it, which can be appealed.
    var decision: String?

    /// A field has a value that is not accepted.
    static func invalid(_ parameter: String?, _ message: String, code: String = "invalid_value") -> APIError {
        APIError(status: .badRequest, kind: .invalidRequest, code: code, parameter: parameter, message: message)
    }

    /// A field that must be there is not.
    static func missing(_ parameter: String, _ message: String) -> APIError {
        invalid(parameter, message, code: "missing_required_parameter")
    }

    static let unauthorized = APIError(
        status: .unauthorized,
        kind: .invalidRequest,
        code: "invalid_api_key",
        parameter: nil,
        message: "No valid key. Send 'Authorization: Bearer hs_…'; `heatsink keys create` makes one.",
        headers: [.wwwAuthenticate: "Bearer"]
    )

    static let operatorsOnly = APIError(
        status: .forbidden,
        kind: .invalidRequest,
        code: "operators_only",
        parameter: nil,
        message: "This is for operators. `heatsink accounts set ACCOUNT --operator` makes an account one."
    )

    static func notFound(_ message: String, code: String = "not_found") -> APIError {
        APIError(status: .notFound, kind: .invalidRequest, code: code, parameter: nil, message: message)
    }

    static func modelNotFound(_ message: String) -> APIError {
        APIError(
            status: .notFound,
            kind: .invalidRequest,
            code: "model_not_found",
            parameter: "model",
            message: message
        )
    }

    static func tooLarge(_ message: String) -> APIError {
        APIError(
            status: .contentTooLarge,
            kind: .invalidRequest,
            code: "request_too_large",
            parameter: nil,
            message: message,
            headers: [.connection: "close"]
        )
    }

    static func unsupportedMediaType(_ message: String) -> APIError {
        APIError(
            status: .unsupportedMediaType,
            kind: .invalidRequest,
            code: "unsupported_media_type",
            parameter: nil,
            message: message
        )
    }

    static let stopping = APIError(
        status: .serviceUnavailable,
        kind: .unavailable,
        code: "server_is_overloaded",
        parameter: nil,
        message: "The server is restarting. What was accepted is kept: send the same request again.",
        headers: [.retryAfter: "2", .connection: "close"]
    )

    static let ourFault = APIError(
        status: .internalServerError,
        kind: .server,
        code: "internal_error",
        parameter: nil,
        message: "Something went wrong here. The log has it under the request's id."
    )
}

/// The error as it is sent.
struct ErrorDocument: Encodable {
    struct Body: Encodable {
        let message: String
        let type: String
        let param: String?
        let code: String
        let decision: String?

        enum CodingKeys: String, CodingKey {
            case message, type, param, code, decision
        }

        // Written out: `param` is sent as null, not left out.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(message, forKey: .message)
            try container.encode(type, forKey: .type)
            try container.encode(param, forKey: .param)
            try container.encode(code, forKey: .code)
            try container.encodeIfPresent(decision, forKey: .decision)
        }
    }

    let error: Body

    init(_ error: APIError) {
        self.error = Body(
            message: error.message,
            type: error.kind.rawValue,
            param: error.parameter,
            code: error.code,
            decision: error.decision
        )
    }
}
