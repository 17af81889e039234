internal import Hummingbird
internal import HummingbirdCore
public import Imaging
public import Inference
public import Logging
internal import NIOCore
public import Records
public import Service
public import ServiceLifecycle
public import SurgeCore

/// The front door: all routes, wired to the service.
public struct Gateway: Sendable {
    public struct Configuration: Sendable {
        /// Where links begin, as in `https://pictures.example.org`; nil: at the host of the request, where it is one of
        /// the server's own.
        public var publicURL: String?
        public var defaultModel = "restyle"
        public var linkSeconds = 3_600
        /// Silence on a held connection before the first sign of life.
        public var silenceSeconds = 15.0
        /// Between signs of life.
        public var heartbeatSeconds = 10.0
        /// The longest that a body may take to arrive.
        public var uploadSeconds = 300.0
        /// What files may take that were sent and whose fate is open.
        public var uploads = UploadLimits()
        public var connectionTimes = ConnectionTimes()
        public var connectionLimits = ConnectionLimits()
        /// Where `/metrics` is served alone; port 0: with everything else.
        public var metricsHost = "127.0.0.1"
        public var metricsPort = 0
        /// What `/metrics` asks for; nil: nothing.
        public var metricsToken: String?
        /// How many proxies stand before the server.
        public var trustedProxies = 0
        /// The folder with the pages.
        public var webFolder = "Web"
        /// Reads pages anew each time.
        public var webReloads = false
        /// How long a browser stays signed in.
        public var sessionDays = 60
        /// How long a shared picture is kept.
        public var shareDays = 30
        /// The plan of guests; nil: nobody is let in without a key.
        public var guestPlan: String? = "guest"
        /// The plan that a guest comes under with a passkey.
        public var memberPlan = "free"
        public var guestAccountsPerHour = 20
        public var guestPicturesPerDay = 60
        public var calmGuestsPerMinute = 60
        /// What a device-hour costs, for the control room's sum.
        public var pricePerDeviceHour = 0.0
        public var currency = "EUR"
        /// What the program calls itself.
        public var version = ""

        public init() {}
    }

    /// What the routes need from below.
    public struct Parts: Sendable {
        public let service: JobService
        public let store: any RecordStore
        public let rights: RightsOffice
        public let files: FileStore
        public let studio: Studio
        public let models: [RestyleModel]
        public let catalogue: ModelCatalogue
        public let blocking: BlockingWork
        public let decoder: ImageDecoder
        public let plans: [Plan]
        public let clock: any TimeSource
        public let metrics: PrometheusRegistry
        /// 32 bytes that sign links.
        public let linkSecret: [UInt8]

        public init(
            service: JobService,
            store: any RecordStore,
            rights: RightsOffice,
            files: FileStore,
            studio: Studio,
            models: [RestyleModel],
            catalogue: ModelCatalogue,
            blocking: BlockingWork,
            decoder: ImageDecoder,
            plans: [Plan],
            clock: any TimeSource,
            metrics: PrometheusRegistry,
            linkSecret: [UInt8]
        ) {
            self.service = service
            self.store = store
            self.rights = rights
            self.files = files
            self.studio = studio
            self.models = models
            self.catalogue = catalogue
            self.blocking = blocking
            self.decoder = decoder
            self.plans = plans
            self.clock = clock
            self.metrics = metrics
            self.linkSecret = linkSecret
        }
    }

    private let parts: Parts
    private let configuration: Configuration
    private let door: GuestDoor
    private let shelf: UploadShelf
    private let connections: ConnectionRegistry

    public init(parts: Parts, configuration: Configuration) {
        self.parts = parts
        self.configuration = configuration
        shelf = UploadShelf(files: parts.files, limits: configuration.uploads, clock: parts.clock)
        connections = ConnectionRegistry(
            limits: configuration.connectionLimits,
            isBehindProxies: configuration.trustedProxies > 0
        )
        door = GuestDoor(
            limits: GuestDoor.Limits(
                accountsPerHour: configuration.guestAccountsPerHour,
                picturesPerDay: configuration.guestPicturesPerDay,
                calmPerMinute: configuration.calmGuestsPerMinute
            ),
            secret: parts.linkSecret
        )
    }

    /// The HTTP server, ready to run.
    ///
    /// - Parameter onReady: called with the port, once connections are taken.
    public func makeServer(
        host: String,
        port: Int,
        logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void
    ) -> some ServiceLifecycle.Service {
        serve(makeRouter(), host: host, port: port, most: connectionShares.main, logger: logger, onReady: onReady)
    }

    /// A server of its own for `/metrics`; nil where it is served with everything else.
    public func makeMetricsServer(logger: Logger) -> (any ServiceLifecycle.Service)? {
        guard configuration.metricsPort > 0 else { return nil }
        let router = Router(context: GatewayContext.self)
        router.add(middleware: EdgeMiddleware(clock: parts.clock, uploadSeconds: configuration.uploadSeconds))
        router.route("/metrics", [.get: metricsController.metrics])
        return serve(
            router,
            host: configuration.metricsHost,
            port: configuration.metricsPort,
            most: connectionShares.metrics,
            logger: logger
        ) { _ in }
    }

    /// How many connections each server may have.
    private var connectionShares: (main: Int, metrics: Int) {
        ConnectionLimits.shares(
            of: configuration.connectionLimits.affordable(),
            hasMetricsServer: configuration.metricsPort > 0
        )
    }

    private var metricsController: MetricsController {
        MetricsController(metrics: parts.metrics, token: configuration.metricsToken)
    }

    private func serve(
        _ router: Router<GatewayContext>,
        host: String,
        port: Int,
        most: Int,
        logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void
    ) -> some ServiceLifecycle.Service {
        let (times, connections) = (configuration.connectionTimes, connections)
        return Application(
            router: router,
            server: HTTPServerBuilder { responder in
                HTTPConnection(responder: responder, times: times, registry: connections, host: host)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                serverName: "heatsink",
                backlog: 1_024,
                availableConnectionsDelegate: ConnectionGate(most: most)
            ),
            onServerRunning: { channel in
                try? await channel.eventLoop.submit {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(logger: logger), position: .first)
                }.get()
                await onReady(channel.localAddress?.port ?? port)
            },
            logger: logger
        )
    }

    /// Ends streams, uploads and requests that wait, and closes idle connections. To be called when the process is told to
    /// stop, before the server's own stop.
    public func stop() { connections.stop() }

    func makeRouter() -> Router<GatewayContext> {
        let authorities = AuthorityWatch(store: parts.store, clock: parts.clock)
        let signer = LinkSigner(secret: parts.linkSecret, validSeconds: configuration.linkSeconds)
        let answers = AnswerWriter(
            catalogue: parts.catalogue,
            files: parts.files,
            signer: signer,
            clock: parts.clock,
            rights: parts.rights,
            publicURL: configuration.publicURL
        )
        let prompts = PromptDesk(rights: parts.rights, clock: parts.clock)
        let images = ImagesController(
            reader: BodyReader(shelf: shelf, blocking: parts.blocking),
            orders: EditOrder(
                catalogue: parts.catalogue,
                models: Dictionary(uniqueKeysWithValues: parts.models.map { ($0.entry.manifest.id, $0) }),
                defaultModel: configuration.defaultModel,
                studio: parts.studio,
                prompts: prompts
            ),
            generations: GenerationOrder(catalogue: parts.catalogue, prompts: prompts),
            service: parts.service,
            answers: answers,
            patience: ImagesController.Patience(
                silence: .seconds(configuration.silenceSeconds),
                heartbeat: .seconds(configuration.heartbeatSeconds)
            ),
            door: door,
            addresses: ClientAddress(trustedProxies: configuration.trustedProxies),
            clock: parts.clock,
            authorities: authorities,
            members: NewMembers(store: parts.store, clock: parts.clock)
        )
        let jobs = JobsController(
            service: parts.service,
            answers: answers,
            heartbeat: .seconds(configuration.heartbeatSeconds),
            authorities: authorities
        )
        let models = ModelsController(catalogue: parts.catalogue)
        let pictures = PicturesController(
            files: parts.files,
            signer: signer,
            rights: parts.rights,
            clock: parts.clock
        )
        let service = parts.service
        let heartbeat = Duration.seconds(configuration.heartbeatSeconds)
        let beats = Broadcaster<Int>(every: heartbeat) { Int.random(in: .min ... .max) }
        let keys = KeyCache(store: parts.store, clock: parts.clock, authorities: authorities)
        let files = PictureFiles(
            files: parts.files,
            blocking: parts.blocking,
            decoder: parts.decoder,
            rights: parts.rights
        )
        let pages = PagesController(
            web: WebFiles(folder: configuration.webFolder, reloads: configuration.webReloads),
            store: parts.store,
            pictures: files,
            clock: parts.clock,
            publicURL: configuration.publicURL
        )
        let operations = OperationsController(
            service: service,
            probe: ReadinessProbe(
                service: service,
                store: parts.store,
                files: parts.files,
                clock: parts.clock
            ) { [rights = parts.rights] in
                guard !rights.canFinishPictures else { return nil }
                return Readiness.Problem(
                    code: "certificate_unusable",
                    message: "the certificate that signs pictures is not valid at this time: renew it or set the clock"
                )
            },
            pages: pages,
            board: Broadcaster(every: .seconds(1)) { StatusDocument.Told(StatusDocument(await service.status())) },
            beats: beats
        )

        let router = Router(context: GatewayContext.self)
        router.add(middleware: EdgeMiddleware(clock: parts.clock, uploadSeconds: configuration.uploadSeconds))
        let keyed = router.group().add(
            middleware: Authentication(
                keys: keys,
                service: service,
                addresses: ClientAddress(trustedProxies: configuration.trustedProxies)
            )
        )
        keyed.route("/v1/images/edits", [.post: images.edit])
        keyed.route("/v1/images/generations", [.post: images.generate])
        keyed.route("/v1/models", [.get: models.list])
        keyed.route("/v1/models/{id}", [.get: models.show])
        keyed.route("/v1/jobs", [.get: jobs.list])
        keyed.route("/v1/jobs/{id}", [.get: jobs.show, .delete: jobs.cancel])
        keyed.route("/v1/jobs/{id}/events", [.get: jobs.events])
        router.route("/pictures/{name}", [.get: pictures.show])
        router.route("/healthz", [.get: operations.health])
        router.route("/readyz", [.get: operations.readiness])
        if configuration.metricsPort == 0 { router.route("/metrics", [.get: metricsController.metrics]) }
        router.route("/status", [.get: operations.status])
        router.route("/status/events", [.get: operations.statusEvents])
        router.route("/openapi.json", [.get: operations.openAPI])
        addVisitors(to: router, keyed, keys, answers, files, beats, authorities)
        addOperators(to: router, keyed, pages, beats, authorities)
        addRights(to: router, keyed, files, authorities)
        addPages(to: router, pages)
        return router
    }

    /// What the studio needs beside the API: accounts by session, galleries, shares, one stream for everything.
    private func addVisitors(
        to router: Router<GatewayContext>,
        _ keyed: RouterGroup<GatewayContext>,
        _ keys: KeyCache,
        _ answers: AnswerWriter,
        _ files: PictureFiles,
        _ beats: Broadcaster<Int>,
        _ authorities: AuthorityWatch
    ) {
        let (service, store, clock) = (parts.service, parts.store, parts.clock)
        let accounts = AccountDocuments(service: service, store: store)
        let addresses = ClientAddress(trustedProxies: configuration.trustedProxies)
        let sessions = SessionsController(
            service: service,
            store: store,
            keys: keys,
            door: door,
            cookie: SessionCookie(
                days: configuration.sessionDays,
                isSecure: configuration.publicURL?.hasPrefix("https:") == true
            ),
            addresses: addresses,
            accounts: accounts,
            clock: clock,
            guestPlan: configuration.guestPlan,
            publicURL: configuration.publicURL
        )
        let gallery = GalleryController(service: service, store: store, answers: answers, pictures: files)
        let shares = SharesController(
            service: service,
            store: store,
            clock: clock,
            publicURL: configuration.publicURL,
            keepDays: configuration.shareDays,
            rights: parts.rights
        )
        let events = EventsController(
            service: service,
            answers: answers,
            accounts: accounts,
            crowd: Broadcaster(every: .seconds(2)) { await EventsController.crowd(service) },
            beats: beats,
            authorities: authorities
        )
        let verification = VerifyController(
            shelf: shelf,
            rights: parts.rights,
            blocking: parts.blocking,
            addresses: addresses,
            clock: clock
        )
        let passkeys = PasskeysController(
            store: store,
            sessions: sessions,
            accounts: accounts,
            keys: keys,
            clock: clock,
            publicURL: configuration.publicURL,
            memberPlan: configuration.memberPlan,
            secret: parts.linkSecret
        )
        router.route("/v1/session", [.get: sessions.show, .post: sessions.signIn, .delete: sessions.signOut])
        keyed.route("/v1/sessions", [.delete: sessions.endOthers])
        router.route("/v1/guests", [.post: sessions.makeGuest])
        router.route("/v1/guests/challenge", [.get: sessions.challenge])
        router.route("/v1/passkeys/challenge", [.post: passkeys.challenge])
        router.route("/v1/passkeys/session", [.post: passkeys.signIn])
        router.route("/v1/verify", [.post: verification.verify])
        keyed.route("/v1/account", [.get: sessions.account, .delete: sessions.delete])
        keyed.route("/v1/events", [.get: events.events])
        keyed.route("/v1/gallery", [.get: gallery.list])
        keyed.route("/v1/gallery/{id}", [.delete: gallery.delete])
        keyed.route("/v1/jobs/{id}/photo", [.get: gallery.photo])
        keyed.route("/v1/jobs/{id}/pictures/{picture}", [.get: gallery.picture])
        keyed.route("/v1/passkeys", [.post: passkeys.add])
        keyed.route("/v1/passkeys/registration", [.post: passkeys.askForNew])
        keyed.route("/v1/passkeys/{id}", [.delete: passkeys.forget])
        keyed.route("/v1/shares", [.get: shares.list, .post: shares.create])
        keyed.route("/v1/shares/{id}", [.delete: shares.delete])
    }

    private func addOperators(
        to router: Router<GatewayContext>,
        _ keyed: RouterGroup<GatewayContext>,
        _ pages: PagesController,
        _ beats: Broadcaster<Int>,
        _ authorities: AuthorityWatch
    ) {
        let documents = OperationsDocuments(
            service: parts.service,
            door: door,
            price: OperationsDocuments.Price(
                perDeviceHour: configuration.pricePerDeviceHour,
                currency: configuration.currency
            ),
            planNames: parts.plans.map(\.name),
            version: configuration.version
        )
        let operators = OperatorsController(
            service: parts.service,
            store: parts.store,
            documents: documents,
            state: Broadcaster(every: .seconds(1)) { ByteBuffer(bytes: await documents.state()) },
            beats: beats,
            pages: pages,
            authorities: authorities
        )
        router.route("/ops", [.get: operators.page])
        keyed.route("/ops/state", [.get: operators.state])
        keyed.route("/ops/events", [.get: operators.events])
        keyed.route("/ops/history", [.get: operators.history])
        keyed.route("/ops/audit", [.get: operators.audit])
        keyed.route("/ops/levers/plan", [.post: operators.changePlan])
        keyed.route("/ops/levers/defer", [.post: operators.deferPlan])
        keyed.route("/ops/levers/pause", [.post: operators.pauseModel])
        keyed.route("/ops/levers/drain", [.post: operators.drainWorker])
    }

    /// Policy, opt-outs, decisions, appeals; and the operator's side of them.
    private func addRights(
        to router: Router<GatewayContext>,
        _ keyed: RouterGroup<GatewayContext>,
        _ files: PictureFiles,
        _ authorities: AuthorityWatch
    ) {
        let rights = RightsController(
            rights: parts.rights,
            addresses: ClientAddress(trustedProxies: configuration.trustedProxies),
            pictures: files,
            clock: parts.clock
        )
        let desk = RightsDeskController(
            rights: parts.rights,
            store: parts.store,
            reader: BodyReader(
                shelf: shelf,
                blocking: parts.blocking,
                names: RightsDeskController.workFields
            ),
            pictures: files,
            blocking: parts.blocking,
            decoder: parts.decoder,
            addresses: ClientAddress(trustedProxies: configuration.trustedProxies),
            clock: parts.clock,
            authorities: authorities
        )
        router.route("/v1/policy", [.get: rights.policy])
        router.route("/v1/opt-outs", [.post: rights.requestOptOut])
        router.route("/v1/opt-outs/{id}", [.get: rights.optOut, .delete: rights.withdrawOptOut])
        router.route("/v1/decisions/{id}", [.get: rights.decision])
        router.route("/v1/decisions/{id}/picture", [.get: rights.picture])
        router.route("/v1/appeals", [.post: rights.appeal])
        keyed.route("/ops/rights", [.get: desk.overview])
        keyed.route("/ops/rights/opt-outs", [.get: desk.optOuts])
        keyed.route("/ops/rights/opt-outs/{id}", [.post: desk.decideOptOut])
        keyed.route("/ops/rights/reviews/{id}", [.post: desk.decideReview])
        keyed.route("/ops/rights/reviews/{id}/picture", [.get: desk.reviewPicture])
        keyed.route("/ops/rights/appeals/{id}", [.post: desk.decideAppeal])
        keyed.route("/ops/rights/takedowns", [.post: desk.takeDown])
        keyed.route("/ops/rights/works", [.get: desk.works, .post: desk.registerWork])
        keyed.route("/ops/rights/works/{id}", [.delete: desk.withdrawWork])
        keyed.route("/ops/rights/ledger", [.get: desk.ledger])
        keyed.route("/ops/rights/ledger/check", [.get: desk.checkLedger])
        keyed.route("/ops/rights/ledger/export", [.get: desk.exportLedger])
    }

    private func addPages(to router: Router<GatewayContext>, _ pages: PagesController) {
        router.route("/", [.get: pages.home])
        router.route("/studio", [.get: pages.page("studio")])
        router.route("/verify", [.get: pages.page("verify")])
        router.route("/rights", [.get: pages.page("rights")])
        router.route("/assets/**", [.get: pages.asset])
        router.route("/s/{id}", [.get: pages.share])
        router.route("/s/{id}/picture", [.get: pages.sharedPicture])
    }
}
