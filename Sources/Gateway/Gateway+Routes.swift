internal import Hummingbird
internal import Inference
internal import NIOCore
internal import Records
internal import Service
internal import SurgeCore

extension Gateway {
    /// What the routes of several subjects use.
    private struct Shared {
        let authorities: AuthorityWatch
        let keys: KeyCache
        let addresses: ClientAddress
        let signer: LinkSigner
        let answers: AnswerWriter
        let files: PictureFiles
        let pages: PagesController
        /// Signs of life for the streams that last.
        let beats: Broadcaster<Int>
    }

    func makeRouter() -> Router<GatewayContext> {
        let shared = makeShared()
        let router = Router(context: GatewayContext.self)
        router.add(middleware: EdgeMiddleware(clock: dependencies.clock, uploadSeconds: configuration.uploadSeconds))
        let keyed = router.group().add(
            middleware: Authentication(keys: shared.keys, service: dependencies.service, addresses: shared.addresses)
        )
        let routes = Routes(anyone: router, keyed: keyed)
        addImages(to: routes, shared)
        addJobs(to: routes, shared)
        ModelsController(catalogue: dependencies.catalogue).routes(on: routes)
        addAccounts(to: routes, shared)
        addPictures(to: routes, shared)
        addOperations(to: routes, shared)
        addRights(to: routes, shared)
        shared.pages.routes(on: routes)
        if configuration.metricsPort == 0 { metricsController.routes(on: router) }
        return router
    }

    private func makeShared() -> Shared {
        let authorities = AuthorityWatch(store: dependencies.store, clock: dependencies.clock)
        let signer = LinkSigner(secret: dependencies.linkSecret, validSeconds: configuration.linkSeconds)
        let files = PictureFiles(
            files: dependencies.files,
            blocking: dependencies.blocking,
            decoder: dependencies.decoder,
            rights: dependencies.rights
        )
        return Shared(
            authorities: authorities,
            keys: KeyCache(store: dependencies.store, clock: dependencies.clock, authorities: authorities),
            addresses: ClientAddress(trustedProxies: configuration.trustedProxies),
            signer: signer,
            answers: AnswerWriter(
                catalogue: dependencies.catalogue,
                files: dependencies.files,
                signer: signer,
                clock: dependencies.clock,
                rights: dependencies.rights,
                publicURL: configuration.publicURL
            ),
            files: files,
            pages: PagesController(
                web: WebFiles(folder: configuration.webFolder, reloads: configuration.webReloads),
                store: dependencies.store,
                pictures: files,
                clock: dependencies.clock,
                publicURL: configuration.publicURL
            ),
            beats: Broadcaster(every: .seconds(configuration.heartbeatSeconds)) { Int.random(in: .min ... .max) }
        )
    }

    private func addImages(to routes: Routes, _ shared: Shared) {
        let prompts = PromptScreening(rights: dependencies.rights, clock: dependencies.clock)
        ImagesController(
            reader: BodyReader(quota: quota, blocking: dependencies.blocking),
            orders: EditOrder(
                catalogue: dependencies.catalogue,
                models: Dictionary(uniqueKeysWithValues: dependencies.models.map { ($0.entry.manifest.id, $0) }),
                defaultModel: configuration.defaultModel,
                restylePainter: dependencies.restylePainter,
                prompts: prompts
            ),
            generations: GenerationOrder(catalogue: dependencies.catalogue, prompts: prompts),
            service: dependencies.service,
            answers: shared.answers,
            patience: ImagesController.Patience(
                silence: .seconds(configuration.silenceSeconds),
                heartbeat: .seconds(configuration.heartbeatSeconds)
            ),
            guestAdmission: guestAdmission,
            addresses: shared.addresses,
            clock: dependencies.clock,
            authorities: shared.authorities,
            members: NewMembers(store: dependencies.store, clock: dependencies.clock)
        ).routes(on: routes)
    }

    /// Jobs, and one stream for everything of an account.
    private func addJobs(to routes: Routes, _ shared: Shared) {
        let service = dependencies.service
        JobsController(
            service: service,
            answers: shared.answers,
            heartbeat: .seconds(configuration.heartbeatSeconds),
            authorities: shared.authorities
        ).routes(on: routes)
        EventsController(
            service: service,
            answers: shared.answers,
            accounts: AccountDocuments(service: service, store: dependencies.store),
            crowd: Broadcaster(every: .seconds(2)) { await EventsController.crowd(service) },
            beats: shared.beats,
            authorities: shared.authorities
        ).routes(on: routes)
    }

    /// Sessions, guests and passkeys.
    private func addAccounts(to routes: Routes, _ shared: Shared) {
        let accounts = AccountDocuments(service: dependencies.service, store: dependencies.store)
        let sessions = SessionsController(
            service: dependencies.service,
            store: dependencies.store,
            keys: shared.keys,
            guestAdmission: guestAdmission,
            cookie: SessionCookie(
                days: configuration.sessionDays,
                isSecure: configuration.publicURL?.hasPrefix("https:") == true
            ),
            addresses: shared.addresses,
            accounts: accounts,
            clock: dependencies.clock,
            guestPlan: configuration.guestPlan,
            publicURL: configuration.publicURL
        )
        sessions.routes(on: routes)
        PasskeysController(
            store: dependencies.store,
            sessions: sessions,
            accounts: accounts,
            keys: shared.keys,
            clock: dependencies.clock,
            publicURL: configuration.publicURL,
            memberPlan: configuration.memberPlan,
            secret: dependencies.linkSecret
        ).routes(on: routes)
    }

    /// Pictures by link, galleries, shared pictures, and the check of where a picture comes from.
    private func addPictures(to routes: Routes, _ shared: Shared) {
        PicturesController(
            files: dependencies.files,
            signer: shared.signer,
            rights: dependencies.rights,
            clock: dependencies.clock
        ).routes(on: routes)
        GalleryController(
            service: dependencies.service,
            store: dependencies.store,
            answers: shared.answers,
            pictures: shared.files
        ).routes(on: routes)
        SharesController(
            service: dependencies.service,
            store: dependencies.store,
            clock: dependencies.clock,
            publicURL: configuration.publicURL,
            keepDays: configuration.shareDays,
            rights: dependencies.rights
        ).routes(on: routes)
        VerifyController(
            quota: quota,
            rights: dependencies.rights,
            blocking: dependencies.blocking,
            addresses: shared.addresses,
            clock: dependencies.clock
        ).routes(on: routes)
    }

    /// The server's state for everybody, and for operators.
    private func addOperations(to routes: Routes, _ shared: Shared) {
        let service = dependencies.service
        OperationsController(
            service: service,
            probe: makeProbe(),
            pages: shared.pages,
            board: Broadcaster(every: .seconds(1)) { StatusDocument.Told(StatusDocument(await service.status())) },
            beats: shared.beats
        ).routes(on: routes)
        let documents = OperationsDocuments(
            service: service,
            guestAdmission: guestAdmission,
            price: OperationsDocuments.Price(
                perDeviceHour: configuration.pricePerDeviceHour,
                currency: configuration.currency
            ),
            planNames: dependencies.plans.map(\.name),
            version: configuration.version
        )
        OperatorsController(
            service: service,
            store: dependencies.store,
            documents: documents,
            state: Broadcaster(every: .seconds(1)) { ByteBuffer(bytes: await documents.state()) },
            beats: shared.beats,
            pages: shared.pages,
            authorities: shared.authorities
        ).routes(on: routes)
    }

    private func makeProbe() -> ReadinessProbe {
        ReadinessProbe(
            service: dependencies.service,
            store: dependencies.store,
            files: dependencies.files,
            clock: dependencies.clock
        ) { [rights = dependencies.rights] in
            guard !rights.canFinishPictures else { return nil }
            return Readiness.Problem(
                code: "certificate_unusable",
                message: "the certificate that signs pictures is not valid at this time: renew it or set the clock"
            )
        }
    }

    /// Policy, opt-outs, decisions, appeals; and the operator's side of them.
    private func addRights(to routes: Routes, _ shared: Shared) {
        RightsController(
            rights: dependencies.rights,
            addresses: shared.addresses,
            pictures: shared.files,
            clock: dependencies.clock
        ).routes(on: routes)
        RightsAdminController(
            rights: dependencies.rights,
            store: dependencies.store,
            reader: BodyReader(quota: quota, blocking: dependencies.blocking, names: RightsAdminController.workFields),
            pictures: shared.files,
            blocking: dependencies.blocking,
            decoder: dependencies.decoder,
            addresses: shared.addresses,
            clock: dependencies.clock,
            authorities: shared.authorities
        ).routes(on: routes)
    }
}
