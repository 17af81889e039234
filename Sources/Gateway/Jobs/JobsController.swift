internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records
internal import Service
internal import StrictJSON
internal import SurgeCore

/// `/v1/jobs`: what was accepted, how far it is, what came of it.
struct JobsController: Sendable {
    private static let defaultPage = 20

    let service: JobService
    let answers: AnswerWriter
    let heartbeat: Duration
    let authorities: AuthorityWatch

    func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let wanted = try PageRequest(request, default: Self.defaultPage)
        let (limit, after) = (wanted.limit, wanted.after)
        if let after { _ = try await find(after, account) }
        let snapshots: [JobSnapshot]
        do {
            // One more than wanted says whether there are more.
            snapshots = try await service.jobs(of: account.id, limit: limit + 1, after: after)
        } catch {
            throw APIError(error)
        }
        let host = request.linkAuthority
        var page = JSONWriter()
        page.add("object", "list")
        page.add("data", array: snapshots.prefix(limit).map { answers.job($0, host: host).json })
        page.add("has_more", snapshots.count > limit)
        return .json(text: page.finish())
    }

    func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let form = request.uri.queryParameters["response_format"] ?? "url"
        guard form == "url" || form == "b64_json" else {
            throw APIError.invalid("response_format", "'response_format' must be 'url' or 'b64_json'.")
        }
        let snapshot = try await find(id(context), account)
        let document = answers.job(snapshot, asLinks: form == "url", host: request.linkAuthority)
        let text = try await answers.text(json: document.json, pictures: form == "url" ? [] : snapshot.record.pictures)
        let isFinal = snapshot.record.status == .completed || snapshot.record.status == .failed
        if isFinal, request.method != .head {
            await service.delivered(snapshot.record.id)
        }
        var headers = answers.headers(snapshot)
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers, body: text.responseBody)
    }

    func cancel(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        do {
            let snapshot = try await service.cancel(id(context), account: account.id)
            return .json(answers.job(snapshot, host: request.linkAuthority))
        } catch {
            throw APIError(error)
        }
    }

    func events(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let seen: Int64
        if let text = request.headers[.lastEventID] {
            guard let number = JSONParser.integer(text).map(Int64.init) else {
                throw APIError.invalid("Last-Event-ID", "'Last-Event-ID' must be an id that this stream sent.")
            }
            seen = number
        } else {
            seen = .min
        }
        let snapshot = try await find(id(context), account)
        // An event source stops asking when it hears this.
        if snapshot.record.status.isFinal, snapshot.version <= seen { return Response(status: .noContent) }
        let host = request.linkAuthority
        let authority = try context.authority()
        return EventStream.response(headers: answers.headers(snapshot)) { writer in
            try await send(snapshot.record.id, account, authority, after: seen, host: host, to: &writer)
        }
    }

    /// Sends what is new since `seen`, then what comes, until the job ends.
    private func send(
        _ id: JobID,
        _ account: Account,
        _ authority: Authority,
        after seen: Int64,
        host: String,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        let watch = await service.watch(id, wantsProgress: true)
        var last = seen
        for partial in watch.partials where partial.version > last {
            try await writer.write(answers.event(partial, of: id, host: host))
            last = partial.version
        }
        let now = try await find(id, account)
        if now.version > last {
            try await writer.write(answers.event(now, host: host))
            last = now.version
        }
        guard !now.record.status.isFinal else { return }
        try await Heartbeat.forEach(of: watch.events, every: heartbeat, by: authority, authorities) { beat in
            switch beat {
            case .beat: try await writer.write(EventText.comment("waiting"))
            case .event(.changed(let snapshot)) where snapshot.version > last:
                try await writer.write(answers.event(snapshot, host: host))
                last = snapshot.version
            case .event(.partial(let partial)) where partial.version > last:
                try await writer.write(answers.event(partial, of: id, host: host))
                last = partial.version
            case .event: break
            }
            return true
        }
        // The job may have ended between the look at it and the watch.
        let ended = try await find(id, account)
        if ended.record.status.isFinal, ended.version > last {
            try await writer.write(answers.event(ended, host: host))
        }
    }

    private func id(_ context: GatewayContext) -> JobID {
        JobID(rawValue: context.parameters.get("id") ?? "")
    }

    private func find(_ id: JobID, _ account: Account) async throws -> JobSnapshot {
        do {
            return try await service.job(id, account: account.id)
        } catch {
            throw APIError(error)
        }
    }
}

extension JobsController {
    func routes(on routes: Routes) {
        routes.keyed.route("/v1/jobs", [.get: list])
        routes.keyed.route("/v1/jobs/{id}", [.get: show, .delete: cancel])
        routes.keyed.route("/v1/jobs/{id}/events", [.get: events])
    }
}
