internal import HTTPTypes
internal import Hummingbird

/// Where each subject registers its routes.
struct Routes {
    /// Nobody has to say who they are. Handlers may ask all the same.
    let anyone: Router<GatewayContext>
    /// For requests with a valid key or session; others are refused before the handler is called.
    let keyed: RouterGroup<GatewayContext>
}

extension RouterMethods where Context == GatewayContext {
    /// Answers `path` by method; every other method gets a 405 that says which there are. Where there is GET, there is HEAD:
    /// the same handler, whose body is never made (RFC 9110, section 9.3.2).
    func route(_ path: RouterPath, _ handlers: [HTTPRequest.Method: Handler]) {
        var handlers = handlers
        if handlers[.head] == nil { handlers[.head] = handlers[.get] }
        let others =
            [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect]
            + ["QUERY", "PROPFIND"].compactMap { HTTPRequest.Method(rawValue: $0) }
        let allowed = handlers.keys.map(\.rawValue).sorted().joined(separator: ", ")
        for (method, handler) in handlers { on(path, method: method, use: handler) }
        for method in others where handlers[method] == nil {
            on(path, method: method) { _, _ -> Response in
                throw APIError(
                    status: .methodNotAllowed,
                    kind: .invalidRequest,
                    code: "method_not_allowed",
                    parameter: nil,
                    message: "\(method.rawValue) is not possible here; \(allowed) is.",
                    headers: [.allow: allowed]
                )
            }
        }
    }
}
