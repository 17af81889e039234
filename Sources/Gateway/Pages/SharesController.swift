internal import HTTPTypes
internal import Hummingbird
internal import Records
internal import Service
internal import SurgeCore

/// `/v1/shares`: links by which others see a picture, until its owner takes them back.
struct SharesController: Sendable {
    private static let mostShares = 500

    let service: JobService
    let store: any ShareStore
    let clock: any TimeSource
    let publicURL: String?
    let keepDays: Int
    let rights: RightsService

    private struct Document: Encodable {
        let id: String
        let object = "share"
        let job: String
        let picture: Int
        let url: String
        let created_at: Int
        let expires_at: Int
        let with_words: Bool

        private enum CodingKeys: String, CodingKey {
            case id, object, job, picture, url, created_at, expires_at, with_words
        }
    }

    private func document(_ share: ShareRecord, _ request: Request) -> Document {
        Document(
            id: share.id,
            job: share.job.rawValue,
            picture: share.task,
            url: (publicURL ?? "http://\(request.linkAuthority)") + "/s/\(share.id)",
            created_at: share.createdAt.unixSeconds,
            expires_at: share.expiresAt.unixSeconds,
            with_words: share.words != nil
        )
    }

    func create(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let fields = try await SmallBody.object(request)
        let job: JobSnapshot
        do {
            let id = JobID(rawValue: try SmallBody.text("job", of: fields))
            job = try await service.job(id, account: account.id)
        } catch let error as JobError {
            throw APIError(error)
        }
        let index = SmallBody.has("picture", in: fields) ? try SmallBody.integer("picture", of: fields, in: 0...31) : 0
        guard job.record.pictures.indices.contains(index) else {
            throw APIError.invalid("picture", "The job has no picture \(index).")
        }
        try rights.refuseTakenDown(job.record.pictures[index].digest)
        let withWords = try SmallBody.boolean("with_words", of: fields, default: false)
        let now = clock.now()
        let shares = try await store.shares(of: account.id, at: now)
        // The same picture shown the same way has one link, however often it is asked for.
        if let known = shares.first(where: {
            $0.job == job.record.id && $0.task == index && ($0.words != nil) == withWords
        }) {
            return .json(document(known, request), status: .ok)
        }
        guard shares.count < Self.mostShares else {
            throw APIError.invalid(
                "job",
                "At most \(Self.mostShares) pictures are shared at a time; take one back first."
            )
        }
        let share = ShareRecord(
            id: SessionSecret.make(bytes: 16),
            account: account.id,
            job: job.record.id,
            task: index,
            picture: job.record.pictures[index],
            model: job.request.model,
            words: withWords ? job.request.askedPrompt.replacing("\u{0}", with: "\u{FFFD}") : nil,
            createdAt: now,
            expiresAt: now.advanced(bySeconds: Double(keepDays) * 86_400)
        )
        try await store.create(share)
        return .json(document(share, request), status: .created)
    }

    func list(_ request: Request, context: GatewayContext) async throws -> Response {
        struct List: Encodable {
            let object = "list"
            let data: [Document]

            private enum CodingKeys: String, CodingKey { case object, data }
        }
        let account = try context.requireAccount()
        let shares = try await store.shares(of: account.id, at: clock.now())
        return .json(List(data: shares.map { document($0, request) }), headers: [.cacheControl: "no-store"])
    }

    func delete(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let id = context.parameters.get("id") ?? ""
        do {
            _ = try await service.delete(share: id, account: account.id)
        } catch {
            guard case .notFound = error else { throw APIError(error) }
            throw APIError.notFound("There is no such share.", code: "share_not_found")
        }
        return .json(DeletedDocument(id: id, object: "share"))
    }
}

extension SharesController {
    func routes(on routes: Routes) {
        routes.keyed.route("/v1/shares", [.get: list, .post: create])
        routes.keyed.route("/v1/shares/{id}", [.delete: delete])
    }
}
