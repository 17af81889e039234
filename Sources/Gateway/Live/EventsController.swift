internal import Hummingbird
internal import NIOCore
internal import Records
internal import Service
internal import StrictJSON
internal import SurgeCore

/// `/v1/events`: everything that concerns one account, on one connection.
struct EventsController: Sendable {
    /// How the crowd stands, by plan, as JSON.
    typealias Crowd = Broadcaster<[String: ByteBuffer]>

    let service: JobService
    let answers: AnswerWriter
    let accounts: AccountDocuments
    let crowd: Crowd
    /// Changes with every sign of life.
    let beats: Broadcaster<Int>
    let authorities: AuthorityWatch

    func events(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireAccount()
        let after = try Self.after(request)
        let host = request.linkAuthority
        return LiveStream.response(by: try context.authority(), authorities) { stream in
            stream.send(EventText.comment("account \(account.id)"))
            stream.send { await standingEvent(account) }
            let watch = try? await service.watch(account.id, after: after) { event in
                pass(event, of: account, host: host, to: stream)
            }
            guard let watch else {
                stream.end()
                return {}
            }
            let plan = account.plan
            let crowdName = await crowd.subscribe { documents in
                if let document = documents[plan] { stream.send(EventText.event("crowd", data: document)) }
            }
            let beatName = await beats.subscribe { _ in stream.send(EventText.comment("here")) }
            return {
                await service.unwatch(watch, of: account.id)
                await crowd.unsubscribe(crowdName)
                await beats.unsubscribe(beatName)
            }
        }
    }

    /// The last event that the client knows of: the browser's header, or the same as a parameter.
    static func after(_ request: Request) throws(APIError) -> Int64? {
        guard let text = request.headers[.lastEventID] ?? request.uri.queryParameters["after"].map(String.init) else {
            return nil
        }
        guard let number = JSONParser.integer(text), number >= 0 else {
            throw .invalid("Last-Event-ID", "'Last-Event-ID' must be an id that this stream sent.")
        }
        return Int64(number)
    }

    private func pass(_ event: AccountEvent, of account: Account, host: String, to stream: LiveStream) {
        switch event {
        case .job(let snapshot): stream.send { answers.event(snapshot, host: host) }
        case .partial(let id, let partial): stream.send { answers.event(partial, of: id, host: host) }
        case .deleted(let id):
            struct Document: Encodable {
                let id: String
            }
            stream.send { EventText.event("deleted", data: JSONText.buffer(Document(id: id.rawValue))) }
        case .standing: stream.send { await standingEvent(account) }
        case .gone, .stopping: stream.end()
        }
    }

    private func standingEvent(_ account: Account) async -> ByteBuffer {
        EventText.event("account", data: JSONText.buffer(await accounts.document(account)))
    }

    /// How the crowd stands for each plan.
    static func crowd(_ service: JobService) async -> [String: ByteBuffer] {
        struct Document: Encodable {
            let waiting_pictures: Int
            let plan: StatusDocument.Plan
        }
        let status = StatusDocument(await service.status())
        let waiting = status.plans.reduce(0) { $0 + $1.waiting_pictures }
        return Dictionary(
            uniqueKeysWithValues: status.plans.map { plan in
                (plan.name, JSONText.buffer(Document(waiting_pictures: waiting, plan: plan)))
            }
        )
    }
}

extension EventsController {
    func routes(on routes: Routes) {
        routes.keyed.route("/v1/events", [.get: events])
    }
}
