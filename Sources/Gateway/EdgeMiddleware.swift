import HTTPTypes
import Hummingbird
import Logging
import Records
import Service
import SurgeCore

/// The outermost layer: gives every request an id, turns every error into the API's form, logs and counts.
struct EdgeMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    let clock: any TimeSource
    private let counters = RequestCounters()
    private let names = RequestNames()

    init(clock: any TimeSource) {
        self.clock = clock
    }

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let id = names.next()
        var context = context
        context.logger[metadataKey: "request"] = "\(id)"
        let began = clock.steady()
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as APIError {
            response = .error(error)
        } catch let error as any HTTPResponseError {
            response = .error(APIError(error, path: request.uri.path))
        } catch is CancellationError {
            response = .error(.stopping)
        } catch let error as RecordsError where error.mayPass {
            context.logger.warning("the records or files do not take a request", metadata: ["reason": "\(error)"])
            response = .error(.recordsUnavailable)
        } catch {
            context.logger.error("request failed", metadata: ["reason": "\(error)"])
            response = .error(.ourFault)
        }
        response.headers[.requestID] = id
        let seconds = clock.steady().seconds(since: began)
        let route = context.endpointPath ?? "none"
        counters.count(method: request.method.rawValue, route: route, status: response.status.code, seconds: seconds)
        context.logger.info(
            "answered",
            metadata: [
                "method": "\(request.method)", "path": "\(LoggedPath.text(request.uri.path))",
                "status": "\(response.status.code)", "seconds": "\(seconds)",
            ]
        )
        return response
    }
}

extension APIError {
    /// An error that Hummingbird itself found.
    fileprivate init(_ error: any HTTPResponseError, path: String) {
        switch error.status {
        case .notFound: self = .notFound("There is nothing at \(path.prefix(200)).")
        case .contentTooLarge: self = .tooLarge("The request is too large.")
        case let status where status.code < 500:
            self = APIError(
                status: status,
                kind: .invalidRequest,
                code: "invalid_request",
                parameter: nil,
                message: "The request is not valid: \(status.reasonPhrase.lowercased())."
            )
        default: self = .ourFault
        }
    }
}
