internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Records
internal import Service
internal import SurgeCore

/// The outermost layer: gives every request an id, turns every error into the API's form, logs and counts.
struct EdgeMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    let clock: any TimeSource
    /// The longest that a body may take to arrive.
    let uploadSeconds: Double
    private let counters = RequestCounters()
    private let names = RequestNames()

    init(clock: any TimeSource, uploadSeconds: Double) {
        self.clock = clock
        self.uploadSeconds = uploadSeconds
    }

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let id = names.next()
        var context = context
        context.logger[metadataKey: "request"] = "\(id)"
        let signals = ConnectionSignals.current
        var request = request
        if request.expectsContinue {
            request.body = RequestBody(asyncSequence: AnnouncedBody(body: request.body, signals: signals))
        }
        let began = clock.steady()
        let gate = BodyGate(request, context, seconds: uploadSeconds)
        var response: Response
        do {
            response = try await next(try await gate.admit(request), context)
        } catch let error as APIError {
            // What breaks off because the server stops is not the client's fault.
            let isOurs = signals.isStopping && error.code == APIError.malformedBody.code
            response = .error(isOurs ? .stopping : error)
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
        response = await gate.settle(response, request.body)
        response.headers[.requestID] = id
        if request.method == .head { response = response.withoutBody }
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

extension Response {
    /// The answer to HEAD: the same headers, and nothing is made that would be thrown away.
    fileprivate var withoutBody: Response {
        Response(status: status, headers: headers, body: ResponseBody(contentLength: nil) { try await $0.finish(nil) })
    }
}

extension APIError {
    /// An error that Hummingbird itself found.
    fileprivate init(_ error: any HTTPResponseError, path: String) {
        switch error.status {
        case .notFound: self = .notFound("There is nothing at \(TextLimit.excerpt(path, 200)).")
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
