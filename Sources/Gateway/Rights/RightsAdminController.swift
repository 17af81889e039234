internal import BinaryText
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Imaging
internal import NIOCore
internal import PromptPolicy
internal import Records
internal import Service
internal import StrictJSON
internal import SurgeCore
internal import WorkRegistry

/// `/ops/rights`: what waits for an operator, and what operators decide.
struct RightsAdminController: Sendable {
    private static let most = 200
    /// The largest number that every JSON reader keeps exactly.
    private static let largest = (1 << 53) - 1
    /// Pixels on the longer side at which works are fingerprinted.
    private static let workSide = 1_024

    /// What is said of a work, beside its picture.
    static let workFields: Set<String> = ["title", "right_holder", "evidence", "scope"]

    let rights: RightsService
    let store: any RightsStore
    let reader: BodyReader
    let pictures: PictureFiles
    let blocking: BlockingWork
    let decoder: ImageDecoder
    let addresses: ClientAddress
    let clock: any TimeSource
    let authorities: AuthorityWatch

    // MARK: Looking

    func overview(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        let requested = rights.optOuts(in: .requested)
        let held = try await store.heldDecisions(limit: Self.most)
        let appeals = try await store.openAppeals(limit: Self.most)
        var appealDocuments: [[UInt8]] = []
        for appeal in appeals {
            guard let standing = try? await rights.decision(appeal.decision) else { continue }
            let prompt = try await store.text(ofDecision: appeal.decision, at: clock.now())?.text
            appealDocuments.append(RightsDocuments.appeal(appeal, against: standing, prompt: prompt))
        }
        var optOutDocuments: [[UInt8]] = []
        for entry in requested.prefix(Self.most) { optOutDocuments.append(try await document(entry)) }
        let last = try await store.ledger(before: nil, limit: 1).first
        var ledger = JSONWriter()
        ledger.add("entries", Int(last?.sequence ?? 0))
        ledger.add("head", last.map { LedgerCheck.Head(sequence: $0.sequence, hash: $0.hash).description })
        var counts = JSONWriter()
        counts.add("opt_outs_requested", requested.count)
        counts.add("reviews_held", held.count)
        counts.add("appeals_open", appeals.count)
        counts.add("works", rights.registeredWorkCount)
        counts.add("taken_down", rights.takenDownCount)
        var writer = JSONWriter(capacity: 4_096)
        writer.add("object", "rights")
        writer.add("policy", rights.instruments.policy.name)
        writer.add("counts", json: counts.finish())
        writer.add("opt_outs", array: optOutDocuments)
        writer.add("reviews", array: held.map(RightsDocuments.review))
        writer.add("appeals", array: appealDocuments)
        writer.add("ledger", json: ledger.finish())
        return Self.answer(writer.finish())
    }

    func optOuts(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        let wanted = request.uri.queryParameters["state"].map { OptOutEntry.State(rawValue: String($0)) }
        if let wanted, wanted == nil {
            let known = OptOutEntry.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError.invalid("state", "'state' must be one of: \(known).")
        }
        var documents: [[UInt8]] = []
        for entry in rights.optOuts(in: wanted ?? nil).suffix(1_000) { documents.append(try await document(entry)) }
        return Self.answer(RightsDocuments.list(documents))
    }

    private func document(_ entry: OptOutEntry) async throws -> [UInt8] {
        RightsDocuments.optOut(entry, forOperator: .some(try await store.contact(ofOptOut: entry.id)))
    }

    func reviewPicture(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        let decision = try await decision(context)
        guard let digest = decision.digest else {
            throw APIError.notFound("The picture is not kept any more.", code: "picture_expired")
        }
        return try await pictures.small(digest, side: PictureFiles.side(request) ?? 512)
    }

    private func decision(_ context: GatewayContext) async throws(APIError) -> DecisionRecord {
        do {
            return try await rights.decision(context.parameters.get("id") ?? "").decision
        } catch {
            throw APIError(error)
        }
    }

    // MARK: Deciding

    func decideOptOut(_ request: Request, context: GatewayContext) async throws -> Response {
        let (account, fields, reason) = try await order(request, context)
        let decision = try Self.choice(of: fields, RightsService.OptOutDecision.self)
        do {
            let id = context.parameters.get("id") ?? ""
            let entry = try await rights.decide(optOut: id, decision, reason: reason, by: account)
            return Self.answer(try await document(entry))
        } catch let error as RightsError {
            throw APIError(error)
        }
    }

    func decideReview(_ request: Request, context: GatewayContext) async throws -> Response {
        enum Choice: String, CaseIterable { case release, refuse }
        let (account, fields, reason) = try await order(request, context)
        let choice = try Self.choice(of: fields, Choice.self)
        do {
            let id = context.parameters.get("id") ?? ""
            let releases = choice == .release
            let standing = try await rights.review(id, releases: releases, reason: reason, by: account)
            return Self.answer(RightsDocuments.decision(standing))
        } catch {
            throw APIError(error)
        }
    }

    func decideAppeal(_ request: Request, context: GatewayContext) async throws -> Response {
        enum Choice: String, CaseIterable { case uphold, overturn }
        let (account, fields, reason) = try await order(request, context)
        let choice = try Self.choice(of: fields, Choice.self)
        do {
            let id = context.parameters.get("id") ?? ""
            let overturns = choice == .overturn
            let standing = try await rights.answer(appeal: id, overturns: overturns, reason: reason, by: account)
            return Self.answer(RightsDocuments.decision(standing))
        } catch {
            throw APIError(error)
        }
    }

    func takeDown(_ request: Request, context: GatewayContext) async throws -> Response {
        let (account, fields, reason) = try await order(request, context)
        let target = try Self.target(fields)
        let rightHolder = try SmallBody.optional("right_holder", of: fields, limit: TextLimit.workName)
        let registers = try SmallBody.boolean("register", of: fields, default: true)
        do {
            let takedown = try await rights.takeDown(
                target,
                reason: reason,
                rightHolder: rightHolder,
                registers: registers,
                by: account,
                blocking
            )
            return Self.answer(RightsDocuments.takedown(takedown), status: .created)
        } catch {
            throw APIError(error)
        }
    }

    private static func target(_ fields: [String: JSONValue]) throws(APIError) -> RightsService.Target {
        let names = ["sha256", "share", "watermark", "job"].filter { SmallBody.has($0, in: fields) }
        guard names.count == 1, let name = names.first else {
            throw .missing(
                "sha256",
                "Say which picture: one of 'sha256', 'share', 'watermark', or 'job' with 'picture'."
            )
        }
        let text = try SmallBody.text(name, of: fields, limit: 512)
        switch name {
        case "sha256":
            guard FileStore.isDigest(text) else {
                throw .invalid("sha256", "'sha256' must be 64 lower-case hexadecimal digits.")
            }
            return .file(digest: text)
        // A whole link does as well.
        case "share": return .share(text.split(separator: "/").last.map(String.init) ?? text)
        case "watermark":
            guard let mark = UInt64(hexadecimal: text) else {
                throw .invalid("watermark", "'watermark' must be 16 hexadecimal digits.")
            }
            return .mark(mark)
        default:
            let index =
                SmallBody.has("picture", in: fields)
                ? try SmallBody.integer("picture", of: fields, in: 0...31) : 0
            return .job(JobID(rawValue: text), picture: index)
        }
    }

    private func order(
        _ request: Request,
        _ context: GatewayContext
    ) async throws -> (Account, [String: JSONValue], reason: String) {
        let account = try context.requireOperator()
        let fields = try await SmallBody.object(request)
        return (account, fields, try SmallBody.text("reason", of: fields, limit: TextLimit.reason))
    }

    private static func choice<Choice>(
        of fields: [String: JSONValue],
        _ type: Choice.Type
    ) throws(APIError) -> Choice where Choice: RawRepresentable<String> & CaseIterable {
        guard let choice = Choice(rawValue: try SmallBody.text("decision", of: fields, limit: 64)) else {
            let known = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
            throw .invalid("decision", "'decision' must be \(known).")
        }
        return choice
    }

    // MARK: Works

    func works(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        return Self.answer(RightsDocuments.list(rights.works.suffix(1_000).map(RightsDocuments.work)))
    }

    func registerWork(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireOperator()
        let form = try BodyReader.form(request.headers)
        let sender = Sender(account: account.id, address: addresses.network(of: request, context))
        let fields = try await reader.read(request.body, as: form, from: sender)
        defer { for upload in fields.uploads { upload.discard() } }
        guard let upload = fields.images.first else {
            throw APIError.missing("image", "'image' is missing: a picture of the work.")
        }
        let claim = WorkRegistry.Claim(
            rightHolder: try fields.text("right_holder", atMost: TextLimit.workName) ?? "",
            title: try fields.text("title", atMost: TextLimit.workName) ?? "",
            evidence: try fields.text("evidence", atMost: TextLimit.workEvidence) ?? "",
            scope: try Self.scope(fields)
        )
        let picture: Raster
        do {
            let source = ImageSource.file(upload.path)
            picture = try await blocking.decode(source, .fitting(Self.workSide), by: decoder)
        } catch {
            throw APIError.invalid("image", "This is no picture that can be read: \(error).", code: "invalid_image")
        }
        do {
            let work = try await rights.register(claim, picture, by: account, blocking)
            return Self.answer(RightsDocuments.work(work), status: .created)
        } catch {
            throw APIError(error)
        }
    }

    private static func scope(_ fields: FieldSet) throws(APIError) -> Set<RegisteredWork.Scope> {
        guard let text = try fields.string("scope"), text != "both" else { return Set(RegisteredWork.Scope.allCases) }
        var scope: Set<RegisteredWork.Scope> = []
        for name in text.split(separator: ",") {
            guard let one = RegisteredWork.Scope(rawValue: String(name.trimmingWhitespace())) else {
                throw .invalid("scope", "'scope' must be 'uploads', 'outputs' or both.")
            }
            scope.insert(one)
        }
        return scope
    }

    func withdrawWork(_ request: Request, context: GatewayContext) async throws -> Response {
        let account = try context.requireOperator()
        do {
            let work = try await rights.withdraw(work: context.parameters.get("id") ?? "", by: account)
            return Self.answer(RightsDocuments.work(work))
        } catch {
            throw APIError(error)
        }
    }

    // MARK: The ledger

    func ledger(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        let query = request.uri.queryParameters
        let limit = try Self.number("limit", query["limit"].map(String.init), in: 1...500) ?? 50
        let order = query["order"].map(String.init) ?? "oldest"
        guard ["oldest", "newest"].contains(order) else {
            throw APIError.invalid("order", "'order' must be 'oldest' or 'newest'.")
        }
        let before = try Self.number("before", query["before"].map(String.init), in: 1...Self.largest)
        let after = try Self.number("after", query["after"].map(String.init), in: 0...Self.largest) ?? 0
        let entries =
            order == "newest"
            ? try await store.ledger(before: before.map(Int64.init), limit: limit + 1)
            : try await store.ledger(after: Int64(after), limit: limit + 1)
        let documents = entries.prefix(limit).map(RightsText.entry)
        return Self.answer(RightsDocuments.list(documents, hasMore: entries.count > limit))
    }

    private static func number(_ name: String, _ text: String?, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let text else { return nil }
        guard let number = JSONParser.integer(text), range.contains(number) else {
            throw .invalid(name, "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    func checkLedger(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        let text = request.uri.queryParameters["head"].map(String.init)
        let noted = text.flatMap(LedgerCheck.Head.init)
        guard text == nil || noted != nil else {
            throw APIError.invalid("head", "'head' must be NUMBER:HASH, as an earlier check said it.")
        }
        return Self.answer(RightsText.check(try await LedgerCheck.run(over: store, noted: noted)))
    }

    /// All entries, a line each.
    func exportLedger(_ request: Request, context: GatewayContext) async throws -> Response {
        _ = try context.requireOperator()
        let (store, authorities, authority) = (store, authorities, try context.authority(asOperator: true))
        let body = ResponseBody { writer in
            let isOver = SharedFlag()
            let name = await authorities.watch(authority) { isOver.set() }
            do {
                try await store.forEachLedgerEntry { entries in
                    // Broken off, so that nobody takes it for the whole ledger.
                    guard !isOver.isSet else { throw APIError.unauthorized }
                    var text = ByteBuffer()
                    for entry in entries {
                        text.writeBytes(RightsText.entry(entry))
                        text.writeString("\n")
                    }
                    try await writer.write(text)
                    return true
                }
            } catch {
                await authorities.unwatch(name, authority)
                throw error
            }
            await authorities.unwatch(name, authority)
            try await writer.finish(nil)
        }
        let headers: HTTPFields = [
            .contentType: "application/x-ndjson", .cacheControl: "no-store",
            .contentDisposition: "attachment; filename=\"heatsink-ledger.jsonl\"",
        ]
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func answer(_ text: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        .json(text: text, status: status, headers: [.cacheControl: "no-store"])
    }
}

extension RightsAdminController {
    func routes(on routes: Routes) {
        routes.keyed.route("/ops/rights", [.get: overview])
        routes.keyed.route("/ops/rights/opt-outs", [.get: optOuts])
        routes.keyed.route("/ops/rights/opt-outs/{id}", [.post: decideOptOut])
        routes.keyed.route("/ops/rights/reviews/{id}", [.post: decideReview])
        routes.keyed.route("/ops/rights/reviews/{id}/picture", [.get: reviewPicture])
        routes.keyed.route("/ops/rights/appeals/{id}", [.post: decideAppeal])
        routes.keyed.route("/ops/rights/takedowns", [.post: takeDown])
        routes.keyed.route("/ops/rights/works", [.get: works, .post: registerWork])
        routes.keyed.route("/ops/rights/works/{id}", [.delete: withdrawWork])
        routes.keyed.route("/ops/rights/ledger", [.get: ledger])
        routes.keyed.route("/ops/rights/ledger/check", [.get: checkLedger])
        routes.keyed.route("/ops/rights/ledger/export", [.get: exportLedger])
    }
}
