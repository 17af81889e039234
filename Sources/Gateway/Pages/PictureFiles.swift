internal import HTTPTypes
internal import Hummingbird
internal import Imaging
internal import NIOCore
internal import Records
internal import Service
internal import StrictJSON

/// Sends kept pictures: as they are, or small.
struct PictureFiles: Sendable {
    /// Of small pictures: they are for looking at, not for keeping.
    private static let smallQuality = 82

    let files: FileStore
    let blocking: BlockingWork
    let decoder: ImageDecoder
    let rights: RightsService

    /// A picture as it was made.
    func whole(_ digest: String, format: String, named name: String? = nil) async throws -> Response {
        try rights.refuseTakenDown(digest)
        guard let body = await PieceBody.file(digest, in: files) else { throw Self.expired }
        return Self.response(body, mediaType: "image/\(format)", name)
    }

    /// A picture no larger than `side` on its longer side, upright, without what its file says beside the pixels.
    func small(_ digest: String, side: Int) async throws -> Response {
        try rights.refuseTakenDown(digest)
        do {
            let picture = try await blocking.decode(.file(files.path(of: digest)), .fitting(side), by: decoder)
            let bytes = try await blocking.run { () throws(ImagingError) in
                try picture.encoded(as: ImageEncoding(format: .webp, quality: Self.smallQuality))
            }
            return Self.response(PieceBody(bytes), mediaType: ImageFormat.webp.mediaType, nil)
        } catch {
            throw Self.expired
        }
    }

    private static let expired = APIError.notFound("The picture has expired.", code: "picture_expired")

    private static func response(_ body: PieceBody, mediaType: String, _ name: String?) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = mediaType
        // A minute: what its owner deletes or an operator takes down goes from caches, too.
        headers[.cacheControl] = "private, max-age=60"
        headers[.contentDisposition] = name.map { "attachment; filename=\"\($0)\"" } ?? "inline"
        PageHeaders.protectPicture(&headers)
        return Response(status: .ok, headers: headers, body: body.responseBody)
    }

    /// The query's `side`; nil: as large as the picture is.
    static func side(_ request: Request) throws(APIError) -> Int? {
        guard let text = request.uri.queryParameters["side"] else { return nil }
        guard let side = JSONParser.integer(text), (64...1_024).contains(side) else {
            throw .invalid("side", "'side' must be a whole number of pixels from 64 to 1024.")
        }
        return side
    }
}
