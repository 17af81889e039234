internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Lets a request's body in, and sees to what is left of it when the answer is ready: for every route alike.
struct BodyGate: Sendable {
    /// For what is still read of a body that no route wanted, in seconds.
    private static let restSeconds = 1.0
    /// For a body of the small kind, in seconds.
    private static let smallSeconds = 30.0

    private let rule: BodyRule
    private let headers: HTTPFields
    /// nil: the request has no body.
    private let watch: BodyWatch?

    /// - Parameter seconds: the longest that a body may take to arrive.
    init(_ request: Request, _ context: GatewayContext, seconds: Double) {
        rule = BodyRule.of(request.method, context.endpointPath)
        headers = request.headers
        guard Self.hasBody(request.headers) else {
            watch = nil
            return
        }
        let isSmall = rule.limit <= BodyRule.small.limit
        let pace = ArrivalPace.Limits(seconds: isSmall ? min(seconds, Self.smallSeconds) : seconds)
        watch = BodyWatch(rule: rule, pace: pace, channel: context.channel)
    }

    private static func hasBody(_ headers: HTTPFields) -> Bool {
        if headers.contains(.transferEncoding) { return true }
        return headers[values: .contentLength].contains { $0 != "0" }
    }

    /// The request with its body guarded.
    ///
    /// - Throws: ``APIError`` when its headers say that the body will not do, or when a body that the route does not take
    ///   is malformed.
    func admit(_ request: Request) async throws -> Request {
        guard let watch else { return request }
        guard headers[values: .contentEncoding].allSatisfy({ $0.isEmpty || $0.lowercased() == "identity" }) else {
            throw APIError.unsupportedMediaType("Compressed bodies are not read: send it without 'Content-Encoding'.")
        }
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > rule.limit {
            throw APIError.bodyTooLarge(limit: rule.limit)
        }
        var request = request
        request.body = RequestBody(asyncSequence: GuardedBody(body: request.body, watch: watch))
        guard rule.isIgnored else { return request }
        for try await _ in request.body {}
        request.body = RequestBody(buffer: ByteBuffer())
        return request
    }

    /// Makes sure that nothing of the body is read for ever once the answer is sent.
    ///
    /// - Parameter body: as it came.
    func settle(_ answer: Response, _ body: RequestBody) async -> Response {
        guard let watch, watch.ending != .whole else { return answer }
        var answer = answer
        if !watch.isTaken, answer.headers[.connection] != "close", await isShort(body, watch) { return answer }
        answer.headers[.connection] = "close"
        return answer
    }

    /// Reads what nobody wanted, if it is little. - Returns: whether all of it was read.
    private func isShort(_ body: RequestBody, _ watch: BodyWatch) async -> Bool {
        // Such a client sends nothing before it is told to.
        guard !headers.contains(.expect) else { return false }
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > ConnectionTimes.mostUnreadBytes {
            return false
        }
        watch.hurry(bytes: ConnectionTimes.mostUnreadBytes, seconds: Self.restSeconds)
        do {
            for try await _ in GuardedBody(body: body, watch: watch) {}
        } catch {
            return false
        }
        return watch.ending == .whole
    }
}

extension APIError {
    /// The body breaks off or breaks the rules of HTTP.
    static let malformedBody: APIError = {
        var error = invalid(nil, "The body breaks off or is malformed.", code: "invalid_body")
        error.headers[.connection] = "close"
        return error
    }()

    static let bodyInTooManyPieces: APIError = {
        var error = invalid(nil, "The body comes in too many small pieces.", code: "invalid_body")
        error.headers[.connection] = "close"
        return error
    }()

    static let tooSlow = APIError(
        status: .requestTimeout,
        kind: .invalidRequest,
        code: "request_timeout",
        parameter: nil,
        message: "The body arrives too slowly.",
        headers: [.connection: "close"]
    )

    /// - Parameter limit: in bytes.
    static func bodyTooLarge(limit: Int) -> APIError {
        let text = limit < 1_000_000 ? "\(limit / 1_024) KB" : "\(limit / 1_000_000) MB"
        return .tooLarge("The body is larger than \(text), the most that is accepted here.")
    }
}
