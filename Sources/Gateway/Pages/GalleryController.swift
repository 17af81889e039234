internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records
internal import Service
internal import StrictJSON
internal import SurgeCore

/// `/v1/gallery`, and the pictures of a job: what one has made, to look at and to delete.
struct GalleryController: Sendable {
    private static let photoSide = 1_024

    let service: JobService
    let store: any JobStore
    let answers: AnswerWriter
    let pictures: PictureFiles

    func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let page = try PageRequest(request, default: 24)
        if let after = page.after { _ = try await find(after, account) }
        let records = try await store.completedJobs(of: account.id, limit: page.limit + 1, after: page.after)
        let host = request.linkAuthority
        var document = JSONWriter()
        document.add("object", "list")
        document.add(
            "data",
            array: records.prefix(page.limit).compactMap { record in
                JobSnapshot(record).map { answers.job($0, host: host).json }
            }
        )
        document.add("has_more", records.count > page.limit)
        return .json(text: document.finish(), headers: [.cacheControl: "no-store"])
    }

    func delete(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let id = JobID(rawValue: context.parameters.get("id") ?? "")
        do {
            try await service.delete(id, account: account.id)
        } catch {
            throw APIError(error)
        }
        return .json(DeletedDocument(id: id.rawValue, object: "job"))
    }

    /// One of a job's pictures, whole or small.
    func picture(_ request: Request, context: GatewayContext) async throws -> Response {
        let job = try await find(JobID(rawValue: context.parameters.get("id") ?? ""), context.requireAccount())
        guard let index = context.parameters.get("picture").flatMap({ JSONParser.integer($0) }),
            job.record.pictures.indices.contains(index)
        else { throw APIError.notFound("The job has no such picture.") }
        let picture = job.record.pictures[index]
        if let side = try PictureFiles.side(request) { return try await pictures.small(picture.digest, side: side) }
        let isDownload = request.uri.queryParameters["download"] == "1"
        let name = "heatsink-\(job.record.id.rawValue.suffix(8))-\(index + 1).\(picture.format)"
        return try await pictures.whole(picture.digest, format: picture.format, named: isDownload ? name : nil)
    }

    /// The photo that a job began with.
    func photo(_ request: Request, context: GatewayContext) async throws -> Response {
        let job = try await find(JobID(rawValue: context.parameters.get("id") ?? ""), context.requireAccount())
        guard !job.request.photo.isEmpty else { throw APIError.notFound("The job began with no photo.") }
        return try await pictures.small(job.request.photo, side: PictureFiles.side(request) ?? Self.photoSide)
    }

    private func find(_ id: JobID, _ account: Account) async throws -> JobSnapshot {
        do {
            return try await service.job(id, account: account.id)
        } catch {
            throw APIError(error)
        }
    }
}

/// What is said of something that is no more.
struct DeletedDocument: Encodable {
    let id: String
    let object: String
    let deleted = true

    private enum CodingKeys: String, CodingKey { case id, object, deleted }
}

extension GalleryController {
    func routes(on routes: Routes) {
        routes.keyed.route("/v1/gallery", [.get: list])
        routes.keyed.route("/v1/gallery/{id}", [.delete: delete])
        routes.keyed.route("/v1/jobs/{id}/photo", [.get: photo])
        routes.keyed.route("/v1/jobs/{id}/pictures/{picture}", [.get: picture])
    }
}
