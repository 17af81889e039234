internal import ContentCredentials
internal import HTTPTypes
internal import Hummingbird
internal import Inference
internal import NIOCore
internal import PromptPolicy
internal import Records
internal import Service
internal import SurgeCore
internal import Synchronization

/// What everybody may ask and say: the policy, opt-outs, decisions and appeals.
final class RightsController: Sendable {
    private let rights: RightsService
    private let addresses: ClientAddress
    private let pictures: PictureFiles
    private let clock: any TimeSource
    private let writing = Mutex(AddressLimiter(burst: 20, perSecond: 1.0 / 60))
    private let looking = Mutex(AddressLimiter(burst: 120, perSecond: 2))

    init(rights: RightsService, addresses: ClientAddress, pictures: PictureFiles, clock: any TimeSource) {
        self.rights = rights
        self.addresses = addresses
        self.pictures = pictures
        self.clock = clock
    }

    // MARK: The policy

    func policy(_ request: Request, context: GatewayContext) async throws -> Response {
        let (configuration, instruments) = (rights.configuration, rights.instruments)
        var credentials = JSONWriter()
        let identity = instruments.signer?.identity
        credentials.add("on", rights.certificate?.isUsable ?? false)
        credentials.add("signed_by", identity.map { $0.organisation ?? $0.name })
        credentials.add("is_development", identity?.isForDevelopment ?? false)
        credentials.add("has_timestamps", instruments.signer?.credentials?.hasTimestamps ?? false)
        var works = JSONWriter()
        works.add("on", configuration.comparesWorks)
        works.add("registered", rights.registeredWorkCount)
        var writer = JSONWriter()
        writer.add("object", "policy")
        writer.add("name", instruments.policy.name)
        writer.add("version", instruments.policy.version)
        writer.add("statement", instruments.policy.statement)
        writer.add("rules", instruments.policy.rules.count)
        writer.add("credentials", json: credentials.finish())
        writer.add("watermark", instruments.watermark != nil)
        writer.add("works", json: works.finish())
        writer.add("safety", instruments.classifier == nil ? "off" : configuration.safety.mode.rawValue)
        writer.add("opt_outs", rights.acceptedOptOutCount)
        writer.add("text_days", configuration.textDays)
        writer.add("contact", configuration.contact)
        return .json(text: writer.finish(), headers: [.cacheControl: "no-cache"])
    }

    // MARK: Opt-outs

    func requestOptOut(_ request: Request, context: GatewayContext) async throws -> Response {
        try await admit(request, context, writing)
        let fields = try await SmallBody.object(request)
        let kinds = OptOutEntry.Kind.allCases.map(\.rawValue)
        guard let kind = OptOutEntry.Kind(rawValue: try SmallBody.text("kind", of: fields, limit: 64)) else {
            throw APIError.invalid("kind", "'kind' must be one of: \(kinds.joined(separator: ", ")).")
        }
        let scope = try SmallBody.texts("scope", of: fields, limit: 16).map { name throws(APIError) in
            guard let scope = OptOutEntry.Scope(rawValue: name) else {
                let known = OptOutEntry.Scope.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalid("scope", "'scope' must be a list of: \(known).")
            }
            return scope
        }
        let optOut = OptOutRegistry.Request(
            kind: kind,
            name: try SmallBody.text("name", of: fields, limit: TextLimit.optOutName),
            otherNames: SmallBody.has("other_names", in: fields)
                ? try SmallBody.texts("other_names", of: fields, limit: TextLimit.optOutName) : [],
            scope: Set(scope),
            evidence: try SmallBody.text("evidence", of: fields, limit: TextLimit.optOutEvidence),
            look: try SmallBody.optional("look", of: fields, limit: TextLimit.optOutName)
        )
        let contact = try SmallBody.optional("contact", of: fields, limit: TextLimit.contact)
        return try await answer(status: .created) { () throws(RightsError) in
            RightsDocuments.optOut(try await self.rights.request(optOut, contact: contact))
        }
    }

    func optOut(_ request: Request, context: GatewayContext) async throws -> Response {
        try await admit(request, context, looking)
        let id = context.parameters.get("id") ?? ""
        return try await answer { () throws(RightsError) in RightsDocuments.optOut(try self.rights.optOut(id)) }
    }

    func withdrawOptOut(_ request: Request, context: GatewayContext) async throws -> Response {
        try await admit(request, context, writing)
        let id = context.parameters.get("id") ?? ""
        return try await answer { () throws(RightsError) in
            RightsDocuments.optOut(try await self.rights.withdraw(optOut: id))
        }
    }

    // MARK: Decisions

    func decision(_ request: Request, context: GatewayContext) async throws -> Response {
        try await admit(request, context, looking)
        let id = context.parameters.get("id") ?? ""
        return try await answer { () throws(RightsError) in
            RightsDocuments.decision(try await self.rights.decision(id))
        }
    }

    /// A picture that was held back and then let go.
    func picture(_ request: Request, context: GatewayContext) async throws -> Response {
        try await admit(request, context, looking)
        let decision: DecisionRecord
        do {
            decision = try await rights.decision(context.parameters.get("id") ?? "").decision
        } catch {
            throw APIError(error)
        }
        guard decision.kind == .output, decision.state == .released, let picture = decision.picture else {
            throw APIError.notFound("This decision has let no picture go.", code: "picture_expired")
        }
        return try await pictures.whole(picture.digest, format: picture.format)
    }

    func appeal(_ request: Request, context: GatewayContext) async throws -> Response {
        try await admit(request, context, writing)
        let fields = try await SmallBody.object(request)
        let id = try SmallBody.text("decision", of: fields, limit: 128)
        let text = try SmallBody.text("text", of: fields, limit: TextLimit.appeal)
        let contact = try SmallBody.optional("contact", of: fields, limit: TextLimit.contact)
        return try await answer(status: .created) { () throws(RightsError) in
            RightsDocuments.decision(try await self.rights.appeal(id, text: text, contact: contact))
        }
    }

    // MARK: Parts

    private func admit(
        _ request: Request,
        _ context: GatewayContext,
        _ limiter: borrowing Mutex<AddressLimiter>
    ) async throws {
        let address = addresses.network(of: request, context)
        if let seconds = limiter.withLock({ $0.take(1, from: address, at: clock.steady()) }) {
            throw APIError.tooMany("Too much was asked from this address lately.", retryAfter: seconds)
        }
    }

    private func answer(
        status: HTTPResponse.Status = .ok,
        _ body: () async throws(RightsError) -> [UInt8]
    ) async throws(APIError) -> Response {
        do {
            return .json(text: try await body(), status: status, headers: [.cacheControl: "no-store"])
        } catch {
            throw APIError(error)
        }
    }
}

extension APIError {
    init(_ error: RightsError) {
        let text = error.description
        let sentence = text.prefix(1).uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
        switch error {
        case .notFound(let what):
            self = .notFound(sentence, code: what.replacing("-", with: "_") + "_not_found")
        case .invalid(let field, _):
            self = .invalid(
                field.isEmpty ? nil : field,
                sentence,
                code: field.isEmpty ? "invalid_image" : "invalid_value"
            )
        case .notPossible(let code, _):
            self.init(status: .conflict, kind: .invalidRequest, code: code, parameter: nil, message: sentence)
        case .records(let error): self.init(error)
        }
    }

    /// A picture that was delivered, and is not any more.
    static func takenDown(_ decision: String) -> APIError {
        var error = APIError(
            status: .unavailableForLegalReasons,
            kind: .invalidRequest,
            code: "taken_down",
            parameter: nil,
            message: "This picture was taken down, by decision \(decision). "
                + "GET /v1/decisions/\(decision) says why, POST /v1/appeals says something against it."
        )
        error.decision = decision
        return error
    }

    /// What was asked for is not painted here.
    static func blocked(_ refusal: RightsService.PromptRefusal, decision: String) -> APIError {
        var error = APIError(
            status: .badRequest,
            kind: .user,
            code: "moderation_blocked",
            parameter: refusal.field,
            message: "\(refusal.sentence) Decision \(decision): POST /v1/appeals says something against it.",
            headers: [.shouldRetry: "false", .decision: decision]
        )
        error.decision = decision
        return error
    }
}

extension RightsService {
    /// - Throws: `taken_down`.
    func refuseTakenDown(_ digest: String) throws(APIError) {
        if let decision = takedown(of: digest) { throw .takenDown(decision) }
    }
}

extension RightsController {
    func routes(on routes: Routes) {
        routes.anyone.route("/v1/policy", [.get: policy])
        routes.anyone.route("/v1/opt-outs", [.post: requestOptOut])
        routes.anyone.route("/v1/opt-outs/{id}", [.get: optOut, .delete: withdrawOptOut])
        routes.anyone.route("/v1/decisions/{id}", [.get: decision])
        routes.anyone.route("/v1/decisions/{id}/picture", [.get: picture])
        routes.anyone.route("/v1/appeals", [.post: appeal])
    }
}
