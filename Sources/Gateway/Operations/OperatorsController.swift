internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records
internal import Service
internal import StrictJSON
internal import SurgeCore

/// `/ops`: everything that there is to see, and the actions that change it.
struct OperatorsController: Sendable {
    let service: JobService
    let store: any OperatorStore
    let documents: OperationsDocuments
    let state: Broadcaster<ByteBuffer>
    let beats: Broadcaster<Int>
    let pages: PagesController
    let authorities: AuthorityWatch

    /// The page is for everybody, what it shows is not: it asks for a key itself.
    func page(_ request: Request, context: GatewayContext) async throws -> Response {
        try pages.send("pages/ops.html", request)
    }

    func state(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        return .json(text: await documents.state(), headers: [.cacheControl: "no-store"])
    }

    func events(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        return LiveStream.response(by: try context.authority(asOperator: true), authorities) { stream in
            let name = await state.subscribe { stream.send(EventText.event("state", data: $0)) }
            let beatName = await beats.subscribe { _ in stream.send(EventText.comment("here")) }
            return {
                await state.unsubscribe(name)
                await beats.unsubscribe(beatName)
            }
        }
    }

    func history(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        let text = request.uri.queryParameters["minutes"]
        guard let minutes = text.map({ JSONParser.integer($0) }) ?? 60, (1...60).contains(minutes) else {
            throw APIError.invalid("minutes", "'minutes' must be a whole number from 1 to 60.")
        }
        return .json(text: await documents.history(minutes: minutes), headers: [.cacheControl: "no-store"])
    }

    func audit(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        let page = try PageRequest(request, default: 50)
        struct List: Encodable {
            let object = "list"
            let data: [AuditDocument]

            private enum CodingKeys: String, CodingKey { case object, data }
        }
        let entries = try await store.audit(limit: page.limit)
        return .json(List(data: entries.map(AuditDocument.init)), headers: [.cacheControl: "no-store"])
    }

    // MARK: Actions

    func changePlan(_ request: Request, context: GatewayContext) async throws -> Response {
        try await perform(request, context) { fields throws(APIError) in
            guard case .object(let values)? = fields["settings"] else {
                throw .invalid("settings", "'settings' must be an object of the plan's settings, as text.")
            }
            var settings: [String: String] = [:]
            for name in values.keys {
                settings[name] = try SmallBody.text(name, of: values, limit: TextLimit.planSetting)
            }
            return .plan(try SmallBody.text("plan", of: fields), settings: settings)
        }
    }

    func deferPlan(_ request: Request, context: GatewayContext) async throws -> Response {
        try await perform(request, context) { fields throws(APIError) in
            .deferral(plan: try SmallBody.text("plan", of: fields), minutes: try Self.minutes(fields))
        }
    }

    func pauseModel(_ request: Request, context: GatewayContext) async throws -> Response {
        try await perform(request, context) { fields throws(APIError) in
            .pause(model: try SmallBody.text("model", of: fields), minutes: try Self.minutes(fields))
        }
    }

    func drainWorker(_ request: Request, context: GatewayContext) async throws -> Response {
        try await perform(request, context) { fields throws(APIError) in
            .drain(
                worker: try SmallBody.text("worker", of: fields),
                isDraining: try SmallBody.boolean("drain", of: fields, default: nil)
            )
        }
    }

    private static func minutes(_ fields: [String: JSONValue]) throws(APIError) -> Int {
        try SmallBody.integer("minutes", of: fields, in: 0...OperatorAction.mostMinutes)
    }

    private func perform(
        _ request: Request,
        _ context: GatewayContext,
        _ action: ([String: JSONValue]) throws(APIError) -> OperatorAction
    ) async throws -> Response {
        struct Document: Encodable {
            let object = "lever"
            let audit: AuditDocument

            private enum CodingKeys: String, CodingKey { case object, audit }
        }
        let account = try context.requireOperator()
        let fields = try await SmallBody.object(request)
        let reason = try SmallBody.text("reason", of: fields, limit: TextLimit.reason)
        let entry: AuditRecord
        do {
            entry = try await service.perform(try action(fields), by: account, reason: reason)
        } catch let error as OperatorActionError {
            throw APIError(error)
        }
        return .json(Document(audit: AuditDocument(entry)))
    }
}

/// An entry of the audit as it is shown.
struct AuditDocument: Encodable, Sendable {
    let id: Int64
    let at: Int
    let account: String
    let name: String
    let action: String
    let target: String
    let detail: [String: String]
    let reason: String

    init(_ entry: AuditRecord) {
        id = entry.id
        at = entry.at.unixSeconds
        account = entry.account.rawValue
        name = entry.name
        action = entry.action
        target = entry.target
        detail = entry.detail
        reason = entry.reason
    }
}

extension APIError {
    fileprivate init(_ error: OperatorActionError) {
        switch error {
        case .unknown(let what, _, _):
            self = .invalid(what.split(separator: " ").first.map(String.init), "\(error).")
        case .setting(let name, _): self = .invalid(name, "\(error).")
        case .records(let error): self.init(error)
        }
    }
}

extension OperatorsController {
    func routes(on routes: Routes) {
        routes.anyone.route("/ops", [.get: page])
        routes.keyed.route("/ops/state", [.get: state])
        routes.keyed.route("/ops/events", [.get: events])
        routes.keyed.route("/ops/history", [.get: history])
        routes.keyed.route("/ops/audit", [.get: audit])
        routes.keyed.route("/ops/levers/plan", [.post: changePlan])
        routes.keyed.route("/ops/levers/defer", [.post: deferPlan])
        routes.keyed.route("/ops/levers/pause", [.post: pauseModel])
        routes.keyed.route("/ops/levers/drain", [.post: drainWorker])
    }
}
