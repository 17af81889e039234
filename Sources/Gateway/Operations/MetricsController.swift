internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `/metrics`: what the server counts, for Prometheus.
struct MetricsController: Sendable {
    let metrics: PrometheusRegistry
    /// What a request must carry as `Authorization: Bearer`; nil: nothing.
    let token: String?

    func metrics(_ request: Request, context: GatewayContext) async throws -> Response {
        if let token { try Self.check(request.headers[.authorization], token) }
        // The version of the text format (https://prometheus.io/docs/instrumenting/exposition_formats/).
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text))
        )
    }

    private static func check(_ header: String?, _ token: String) throws(APIError) {
        let parts = (header ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            ConstantTime.areEqual(String(parts[1]), token)
        else {
            throw APIError(
                status: .unauthorized,
                kind: .invalidRequest,
                code: "invalid_token",
                parameter: nil,
                message: "The metrics need 'Authorization: Bearer' with the token of the setting metrics.token-file.",
                headers: [.wwwAuthenticate: "Bearer"]
            )
        }
    }
}

extension MetricsController {
    /// - Parameter router: the server's own, or the only one of a server for metrics alone.
    func routes(on router: Router<GatewayContext>) {
        router.route("/metrics", [.get: metrics])
    }
}
