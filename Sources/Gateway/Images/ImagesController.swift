internal import HTTPTypes
internal import Hummingbird
internal import Inference
internal import Logging
internal import NIOCore
internal import Records
internal import Service
internal import SurgeCore

/// `POST /v1/images/…`: takes the order, makes the job, answers the way the client prefers.
struct ImagesController: Sendable {
    /// How long connections may stay silent.
    struct Patience: Sendable {
        /// Before a held connection is answered with its status and a first space.
        var silence = Duration.seconds(15)
        /// Between signs of life after that, and in streams.
        var heartbeat = Duration.seconds(10)
    }

    let reader: BodyReader
    let orders: EditOrder
    let generations: GenerationOrder
    let service: JobService
    let answers: AnswerWriter
    let patience: Patience
    let guestAdmission: GuestAdmission
    let addresses: ClientAddress
    let clock: any TimeSource
    let authorities: AuthorityWatch
    let members: NewMembers

    /// Who asks, and how the answer is wanted.
    private struct Caller: Sendable {
        let account: Account
        let authority: Authority
        /// When it was there, on the clock that counts the seconds that pass.
        let since: Instant
        let preference: Preference
        let key: String?
        /// The network that the request came from, which counts as one place.
        let address: String

        var isDetached: Bool { preference != .none }
        var sender: Sender { Sender(account: account.id, address: address) }
    }

    func edit(_ request: Request, context: GatewayContext) async throws -> Response {
        let caller = try caller(of: request, context)
        let form = try BodyReader.form(request.headers)
        try await precheck(caller, orders.defaultModel)
        return try await respond(request, caller) { body in
            let fields = try await reader.read(body, as: form, from: caller.sender)
            // Decoding pictures is dear: nobody's are decoded who would be turned away.
            return try await orders.parse(fields, for: caller.account, isDetached: caller.isDetached) { request in
                do {
                    return try await service.checkAdmission(
                        request,
                        account: caller.account,
                        idempotencyKey: caller.key
                    )
                } catch let error as JobError {
                    throw APIError(error, plan: caller.account.plan)
                }
            }
        }
    }

    func generate(_ request: Request, context: GatewayContext) async throws -> Response {
        let caller = try caller(of: request, context)
        let form = try BodyReader.form(request.headers, wordsOnly: true)
        if let model = generations.defaultModel { try await precheck(caller, model) }
        return try await respond(request, caller) { body in
            let fields = try await reader.read(body, as: form, from: caller.sender)
            return try await generations.parse(fields, for: caller.account, isDetached: caller.isDetached)
        }
    }

    private func caller(of request: Request, _ context: GatewayContext) throws -> Caller {
        Caller(
            account: try context.requireAccount(),
            authority: try context.authority(),
            since: clock.steady(),
            preference: try Preference(request.headers),
            key: try Self.idempotencyKey(request.headers),
            address: addresses.network(of: request, context)
        )
    }

    /// Makes the job and answers the way the caller prefers.
    ///
    /// - Parameter order: reads the body.
    private func respond(
        _ request: Request,
        _ caller: Caller,
        taking order: @escaping @Sendable (RequestBody) async throws -> EditOrder.Parsed
    ) async throws -> Response {
        if caller.preference == .respondAsync {
            let submission = try await submit(try await order(request.body), caller)
            return try await accepted(submission.snapshot, request, "respond-async")
        }
        let order = try await order(request.body)
        let submission = try await submit(order, caller)
        return order.streams ? stream(submission, caller) : try await answer(submission, caller, request)
    }

    /// Asks whether an account would be served at all, before its body is read: a refusal costs next to nothing then.
    private func precheck(_ caller: Caller, _ model: String) async throws {
        let account = caller.account
        if let reason = await service.precheckAvailability(of: account.id, isNamed: caller.key != nil) {
            throw APIError(JobError.unavailable(reason), plan: account.plan)
        }
        if caller.key == nil, !service.canFinishPictures {
            throw APIError.cannotSign
        }
        guard caller.key == nil,
            let refusal = await service.precheck(caller.account, model: model, isDetached: caller.isDetached)
        else { return }
        throw APIError(refusal, plan: caller.account.plan)
    }

    // MARK: Taking the order

    private func submit(_ order: EditOrder.Parsed, _ caller: Caller) async throws -> Submission {
        let request = order.request
        let files = PendingUploads(uploads: order.uploads, blocking: reader.blocking)
        defer { files.discard() }
        guard await authorities.isThere(caller.authority, asOf: caller.since) else { throw APIError.unauthorized }
        // An account costs a guest nothing, so what all guests of one address may have is counted, too.
        let (account, count) = (caller.account, request.styles.count)
        let began = clock.now()
        let isGuest = try await members.countsAsGuest(account)
        if isGuest { try guestAdmission.admit(pictures: count, from: caller.address, at: clock.steady()) }
        do {
            let submission = try await service.submit(
                request,
                account: account,
                idempotencyKey: caller.key,
                files: files
            )
            let isKnown = submission.snapshot.record.createdAt < began
            if isGuest, isKnown { guestAdmission.giveBack(pictures: count, to: caller.address) }
            return submission
        } catch {
            if isGuest { guestAdmission.giveBack(pictures: count, to: caller.address) }
            throw APIError(error, plan: account.plan)
        }
    }

    private static func idempotencyKey(_ headers: HTTPFields) throws(APIError) -> String? {
        guard let key = headers[.idempotencyKey] else { return nil }
        guard (1...TextLimit.idempotencyKey).contains(key.utf8.count), key.utf8.allSatisfy({ (33...126).contains($0) })
        else {
            throw .invalid(
                "Idempotency-Key",
                "'Idempotency-Key' must be 1 to \(TextLimit.idempotencyKey) visible ASCII characters."
            )
        }
        return key
    }

    // MARK: Answering

    /// Waits as long as the client asks, then answers; a client that waits without end is kept alive.
    private func answer(
        _ submission: Submission,
        _ caller: Caller,
        _ request: Request
    ) async throws -> Response {
        let (snapshot, account, preference) = (submission.snapshot, caller.account, caller.preference)
        let limit: Duration = if case .wait(let seconds) = preference { .seconds(seconds) } else { patience.silence }
        defer { withExtendedLifetime(submission.hold) {} }
        switch try await waitForEnd(snapshot, caller, atMost: limit) {
        case .ended(let ended): return try await finished(ended, request, preference)
        // Nobody reads this; it only must not count as a client that waits.
        case .gone: throw APIError.stopping
        case .authorityEnded: throw APIError.unauthorized
        case .timeIsUp: break
        }
        if case .wait(let seconds) = preference {
            let now = try await current(snapshot, account)
            if now.record.status.isFinal { return try await finished(now, request, preference) }
            return try await accepted(now, request, "wait=\(seconds)")
        }
        return held(submission, caller, request)
    }

    private enum Waited: Sendable {
        case ended(JobSnapshot)
        case timeIsUp
        case gone
        case authorityEnded
    }

    /// Waits for the job's end, but no longer than `limit` and than its client does.
    private func waitForEnd(
        _ snapshot: JobSnapshot,
        _ caller: Caller,
        atMost limit: Duration
    ) async throws -> Waited {
        if snapshot.record.status.isFinal { return .ended(snapshot) }
        guard limit > .zero else { return .timeIsUp }
        return try await withThrowingTaskGroup(of: Waited.self) { group in
            group.addTask { .ended(try await ending(snapshot, caller.account)) }
            group.addTask { await authorities.end(of: caller.authority) ? .authorityEnded : .timeIsUp }
            group.addTask {
                try? await Task.sleep(for: limit)
                return .timeIsUp
            }
            group.addTask {
                for await _ in ConnectionSignals.current.endings() {}
                return .gone
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .timeIsUp
        }
    }

    /// The job when it has ended. - Throws: ``APIError/stopping`` when the server stops before.
    private func ending(_ snapshot: JobSnapshot, _ account: Account) async throws -> JobSnapshot {
        let watch = await service.watch(snapshot.record.id, wantsProgress: false)
        for await event in watch.events {
            if case .changed(let now) = event, now.record.status.isFinal { return now }
        }
        let now = try await current(snapshot, account)
        guard now.record.status.isFinal else { throw APIError.stopping }
        return now
    }

    private func current(_ snapshot: JobSnapshot, _ account: Account) async throws -> JobSnapshot {
        do {
            return try await service.job(snapshot.record.id, account: account.id)
        } catch {
            throw APIError(error)
        }
    }

    private func accepted(_ snapshot: JobSnapshot, _ request: Request, _ preference: String) async throws -> Response {
        let document = answers.job(snapshot, host: request.linkAuthority)
        var headers = answers.headers(snapshot)
        headers[.location] = "/v1/jobs/\(snapshot.record.id)"
        headers[.preferenceApplied] = preference
        return .json(document, status: .accepted, headers: headers)
    }

    private func finished(
        _ snapshot: JobSnapshot,
        _ request: Request,
        _ preference: Preference
    ) async throws -> Response {
        if let failure = Self.failure(of: snapshot) {
            await service.delivered(snapshot.record.id)
            throw failure
        }
        let text = try await body(of: snapshot, request)
        var headers = answers.headers(snapshot)
        headers[.contentType] = "application/json"
        if case .wait(let seconds) = preference { headers[.preferenceApplied] = "wait=\(seconds)" }
        let response = ResponseBody(contentLength: text.contentLength) { writer in
            try await text.write(to: &writer)
            try await writer.finish(nil)
            await service.delivered(snapshot.record.id)
        }
        return Response(status: .ok, headers: headers, body: response)
    }

    /// The status at once, a space from time to time, the answer when it is there.
    ///
    /// If the job fails after that, the connection breaks: the client tries again, finds its job and gets the error.
    private func held(_ submission: Submission, _ caller: Caller, _ request: Request) -> Response {
        let (snapshot, account, authority) = (submission.snapshot, caller.account, caller.authority)
        var headers = answers.headers(snapshot)
        headers[.contentType] = "application/json"
        let response = ResponseBody { writer in
            defer { withExtendedLifetime(submission.hold) {} }
            try await writer.write(ByteBuffer(string: " "))
            let watch = await service.watch(snapshot.record.id, wantsProgress: false)
            try await Heartbeat.forEach(of: watch.events, every: patience.heartbeat, by: authority, authorities) {
                beat in
                guard case .beat = beat else { return true }
                try await writer.write(ByteBuffer(string: " "))
                return true
            }
            let ended = try await current(snapshot, account)
            guard ended.record.status == .completed else { throw APIError.stopping }
            try await body(of: ended, request).write(to: &writer)
            try await writer.finish(nil)
            await service.delivered(snapshot.record.id)
        }
        return Response(status: .ok, headers: headers, body: response)
    }

    private func body(of snapshot: JobSnapshot, _ request: Request) async throws -> PieceBody {
        let asLinks = snapshot.request.wantsLinks
        let document = answers.images(snapshot, asLinks: asLinks, host: request.linkAuthority)
        return try await answers.text(document, pictures: asLinks ? [] : snapshot.record.pictures)
    }

    /// What to say of a job that ended without pictures.
    private static func failure(of snapshot: JobSnapshot) -> APIError? {
        if let failure = snapshot.record.failure { return APIError(failure) }
        switch snapshot.record.status {
        case .cancelled: return APIError(.alreadyFinished, message: "The job was cancelled.")
        case .expired: return .expired
        default: return nil
        }
    }

    // MARK: Streaming

    private func partialEvent(_ partial: PartialPicture, _ snapshot: JobSnapshot) async throws -> PieceBody {
        let data = try await answers.partialEvent(partial, of: snapshot)
        return EventText.event(AnswerWriter.eventName("partial_image", of: snapshot), data: data)
    }

    private func stream(_ submission: Submission, _ caller: Caller) -> Response {
        let (snapshot, account, authority) = (submission.snapshot, caller.account, caller.authority)
        return EventStream.response(headers: answers.headers(snapshot)) { writer in
            defer { withExtendedLifetime(submission.hold) {} }
            let id = snapshot.record.id
            try await writer.write(EventText.comment("job \(id)"))
            let watch = await service.watch(id, wantsProgress: false)
            for partial in watch.partials {
                try await partialEvent(partial, snapshot).write(to: &writer)
            }
            try await Heartbeat.forEach(of: watch.events, every: patience.heartbeat, by: authority, authorities) {
                beat in
                switch beat {
                case .beat: try await writer.write(EventText.comment("waiting"))
                case .event(.partial(let partial)):
                    try await partialEvent(partial, snapshot).write(to: &writer)
                case .event: break
                }
                return true
            }
            let ended = try await current(snapshot, account)
            if ended.record.status == .completed {
                for picture in ended.record.pictures {
                    let data = try await answers.completedEvent(picture, of: ended)
                    let event = EventText.event(AnswerWriter.eventName("completed", of: ended), data: data)
                    try await event.write(to: &writer)
                }
            } else {
                let error = Self.failure(of: ended) ?? .stopping
                let data = ByteBuffer(bytes: JSONText.encode(ErrorDocument(error)))
                try await writer.write(EventText.event("error", data: data))
            }
            try await writer.write(EventText.done)
            await service.delivered(id)
        }
    }
}

extension ImagesController {
    func routes(on routes: Routes) {
        routes.keyed.route("/v1/images/edits", [.post: edit])
        routes.keyed.route("/v1/images/generations", [.post: generate])
    }
}
