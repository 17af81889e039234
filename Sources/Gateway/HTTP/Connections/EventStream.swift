internal import HTTPTypes
internal import Hummingbird

/// The one form of answers that are server-sent events.
enum EventStream {
    /// - Parameter write: writes the events, and returns when there are no more.
    static func response(
        headers: HTTPFields = [:],
        write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        var headers = headers
        headers[.contentType] = "text/event-stream"
        headers[.cacheControl] = "no-store"
        // nginx would collect what it should pass on (https://nginx.org/en/docs/http/ngx_http_proxy_module.html).
        headers[.accelBuffering] = "no"
        let body = ResponseBody { writer in
            try await write(&writer)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}
