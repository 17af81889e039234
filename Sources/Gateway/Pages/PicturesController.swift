internal import HTTPTypes
internal import Hummingbird
internal import Imaging
internal import NIOCore
internal import Records
internal import Service

/// `/pictures/…`: pictures by signed links.
struct PicturesController: Sendable {
    let files: FileStore
    let signer: LinkSigner
    let rights: RightsService
    let clock: any TimeSource

    func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let name = context.parameters.get("name") ?? ""
        let query = request.uri.queryParameters
        guard let expires = query["expires"].flatMap({ Int($0) }), let signature = query["signature"],
            signer.isValid(name: name, expires: expires, signature: String(signature), now: clock.now())
        else {
            throw APIError(
                status: .forbidden,
                kind: .invalidRequest,
                code: "invalid_link",
                parameter: nil,
                message: "This link is not valid, or its time is over. The job's document has a new one."
            )
        }
        let parts = name.split(separator: ".")
        guard parts.count == 2, FileStore.isDigest(parts[0]), let format = ImageFormat(rawValue: String(parts[1]))
        else {
            throw APIError.notFound("There is no such picture.")
        }
        let digest = String(parts[0])
        try rights.refuseTakenDown(digest)
        guard let body = await PieceBody.file(digest, in: files) else {
            throw APIError.notFound("The picture has expired.", code: "picture_expired")
        }
        var headers = HTTPFields()
        headers[.contentType] = format.mediaType
        // A minute: what is taken down goes from caches, too.
        headers[.cacheControl] = "private, max-age=\(max(0, min(60, expires - clock.now().unixSeconds)))"
        PageHeaders.protectPicture(&headers)
        return Response(status: .ok, headers: headers, body: body.responseBody)
    }
}

extension PicturesController {
    func routes(on routes: Routes) {
        routes.anyone.route("/pictures/{name}", [.get: show])
    }
}
