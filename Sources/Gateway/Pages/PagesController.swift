internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records
internal import Service
internal import SurgeCore

/// The pages: `/studio`, `/ops`, `/status`, `/verify`, `/rights`, what they are made of, and shared pictures.
struct PagesController: Sendable {
    let web: WebFiles
    let store: any ShareStore
    let pictures: PictureFiles
    let clock: any TimeSource
    let publicURL: String?

    // MARK: Files

    /// A handler that sends a page.
    func page(_ name: String) -> Handler {
        { request, _ in try send("pages/\(name).html", request) }
    }

    func asset(_ request: Request, context: GatewayContext) async throws -> Response {
        let path = context.parameters.getCatchAll().joined(separator: "/")
        return try send("assets/\(path)", request)
    }

    func home(_ request: Request, context: GatewayContext) async throws -> Response {
        .redirect(to: "/studio", type: .found)
    }

    /// Whether somebody looks with a browser, where programs look as well.
    static func wantsPage(_ request: Request) -> Bool {
        (request.headers[.accept] ?? "").split(separator: ",").contains {
            $0.trimmingWhitespace().hasPrefix("text/html")
        }
    }

    func send(_ path: String, _ request: Request) throws(APIError) -> Response {
        guard let file = web.file(path) else {
            guard !web.isEmpty else {
                throw .notFound("The pages are not here: set 'web.directory' to the folder Web of Heatsink.")
            }
            throw .notFound("There is nothing at \(TextLimit.excerpt(request.uri.path, 200)).")
        }
        var headers = HTTPFields()
        headers[.contentType] = file.mediaType
        headers[.eTag] = file.tag
        // Kept, and asked for each time: a new version is seen at once, and costs nothing where there is none.
        headers[.cacheControl] = "no-cache"
        headers[.vary] = "Accept-Encoding"
        if path.hasPrefix("pages/") {
            PageHeaders.protectPage(&headers)
        } else {
            PageHeaders.protectAsset(&headers, isWorker: path.hasSuffix("worker.js"))
        }
        if path.hasSuffix("service-worker.js") { headers[.serviceWorkerAllowed] = "/" }
        if request.headers[.ifNoneMatch]?.contains(file.tag) == true {
            return Response(status: .notModified, headers: headers)
        }
        let takesGzip = (request.headers[.acceptEncoding] ?? "").lowercased().contains("gzip")
        if takesGzip, let compressed = file.compressed {
            headers[.contentEncoding] = "gzip"
            return Response(status: .ok, headers: headers, body: Self.body(compressed))
        }
        return Response(status: .ok, headers: headers, body: Self.body(file.bytes))
    }

    private static func body(_ bytes: [UInt8]) -> ResponseBody { ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)) }

    // MARK: Shared pictures

    func share(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = context.parameters.get("id") ?? ""
        let share = try await store.share(id, at: clock.now())
        let takedown = share.flatMap { pictures.rights.takedown(of: $0.picture.digest) }
        guard let share, takedown == nil, let template = web.file("pages/share.html") else {
            var gone = try send("pages/gone.html", request)
            gone.status = takedown == nil ? .notFound : .unavailableForLegalReasons
            gone.headers[.cacheControl] = "no-store"
            return gone
        }
        let page = (publicURL ?? "http://\(request.linkAuthority)") + "/s/\(share.id)"
        let text = SharePage(share, page: page).text(template: String(decoding: template.bytes, as: UTF8.self))
        var headers = HTTPFields()
        headers[.contentType] = template.mediaType
        // A link that is revoked is dead at once.
        headers[.cacheControl] = "no-store"
        PageHeaders.protectPage(&headers)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    func sharedPicture(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = context.parameters.get("id") ?? ""
        guard let share = try await store.share(id, at: clock.now()) else {
            throw APIError.notFound("This picture is not shared any more.", code: "share_not_found")
        }
        let picture = share.picture
        var response = try await pictures.whole(picture.digest, format: picture.format)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

extension PagesController {
    func routes(on routes: Routes) {
        routes.anyone.route("/", [.get: home])
        routes.anyone.route("/studio", [.get: page("studio")])
        routes.anyone.route("/verify", [.get: page("verify")])
        routes.anyone.route("/rights", [.get: page("rights")])
        routes.anyone.route("/assets/**", [.get: asset])
        routes.anyone.route("/s/{id}", [.get: share])
        routes.anyone.route("/s/{id}/picture", [.get: sharedPicture])
    }
}
