internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records
internal import Service

/// For whoever runs the server: is it alive, does it take work, what does it count.
struct OperationsController: Sendable {
    private struct Status: Encodable {
        let status: String
    }

    private struct ReadinessDocument: Encodable {
        struct Problem: Encodable {
            let code: String
            let message: String
        }

        let status: String
        let problems: [Problem]
    }

    let service: JobService
    let probe: ReadinessProbe
    let pages: PagesController
    let board: Broadcaster<StatusDocument.Told>
    let beats: Broadcaster<Int>

    func health(_ request: Request, context: GatewayContext) async throws -> Response {
        .json(Status(status: "ok"))
    }

    func readiness(_ request: Request, context: GatewayContext) async throws -> Response {
        let readiness = await probe.readiness()
        let document = ReadinessDocument(
            status: readiness.isReady ? "ready" : readiness.isStopping ? "stopping" : "unavailable",
            problems: readiness.problems.map { ReadinessDocument.Problem(code: $0.code, message: $0.message) }
        )
        guard !readiness.isReady else { return .json(document, headers: [.cacheControl: "no-store"]) }
        return .json(
            document,
            status: .serviceUnavailable,
            headers: [.cacheControl: "no-store", .retryAfter: String(Unavailability.retrySeconds)]
        )
    }

    /// What is going on, for everybody: a page for browsers, a document for everything else.
    func status(_ request: Request, context: GatewayContext) async throws -> Response {
        if PagesController.wantsPage(request) {
            var page = try pages.send("pages/status.html", request)
            page.headers[.vary] = "Accept, Accept-Encoding"
            return page
        }
        return .json(
            StatusDocument(await service.status()),
            headers: [.cacheControl: "public, max-age=1", .vary: "Accept"]
        )
    }

    /// The same, whenever it has changed.
    func statusEvents(_ request: Request, context: GatewayContext) async throws -> Response {
        LiveStream.response { stream in
            let name = await board.subscribe { stream.send(EventText.event("status", data: $0.text)) }
            let beatName = await beats.subscribe { _ in stream.send(EventText.comment("here")) }
            return {
                await board.unsubscribe(name)
                await beats.unsubscribe(beatName)
            }
        }
    }

    func openAPI(_ request: Request, context: GatewayContext) async throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json))
        )
    }
}

extension OperationsController {
    func routes(on routes: Routes) {
        routes.anyone.route("/healthz", [.get: health])
        routes.anyone.route("/readyz", [.get: readiness])
        routes.anyone.route("/status", [.get: status])
        routes.anyone.route("/status/events", [.get: statusEvents])
        routes.anyone.route("/openapi.json", [.get: openAPI])
    }
}
