internal import Hummingbird
internal import HummingbirdCore
public import Inference
public import Logging
public import Records
public import Service
public import ServiceLifecycle

/// The front door: all routes, wired to the service.
public struct Gateway: Sendable {
    public struct Configuration: Sendable {
        /// Where links begin, as in `https://pictures.example.org`; nil: at the host that the client named.
        public var publicURL: String?
        public var defaultModel = "restyle"
        public var linkSeconds = 3_600
        /// Silence on a held connection before the first sign of life.
        public var silenceSeconds = 15.0
        /// Between signs of life.
        public var heartbeatSeconds = 10.0

        public init() {}
    }

    /// What the routes need from below.
    public struct Parts: Sendable {
        public let service: JobService
        public let store: any RecordStore
        public let files: FileStore
        public let studio: Studio
        public let models: [RestyleModel]
        public let catalogue: ModelCatalogue
        public let blocking: BlockingWork
        public let clock: any TimeSource
        public let metrics: PrometheusRegistry
        /// 32 bytes that sign links.
        public let linkSecret: [UInt8]

        public init(
            service: JobService,
            store: any RecordStore,
            files: FileStore,
            studio: Studio,
            models: [RestyleModel],
            catalogue: ModelCatalogue,
            blocking: BlockingWork,
            clock: any TimeSource,
            metrics: PrometheusRegistry,
            linkSecret: [UInt8]
        ) {
            self.service = service
            self.store = store
            self.files = files
            self.studio = studio
            self.models = models
            self.catalogue = catalogue
            self.blocking = blocking
            self.clock = clock
            self.metrics = metrics
            self.linkSecret = linkSecret
        }
    }

    private let parts: Parts
    private let configuration: Configuration

    public init(parts: Parts, configuration: Configuration) {
        self.parts = parts
        self.configuration = configuration
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
        Application(
            router: makeRouter(),
            // Longer than the longest `Prefer: wait`; what is silent for longer is nobody's.
            server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: .seconds(660))),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "heatsink"),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? port) },
            logger: logger
        )
    }

    func makeRouter() -> Router<GatewayContext> {
        let signer = LinkSigner(secret: parts.linkSecret, validSeconds: configuration.linkSeconds)
        let answers = AnswerWriter(
            catalogue: parts.catalogue,
            files: parts.files,
            blocking: parts.blocking,
            signer: signer,
            clock: parts.clock,
            publicURL: configuration.publicURL
        )
        let images = ImagesController(
            reader: BodyReader(files: parts.files, blocking: parts.blocking),
            orders: EditOrder(
                catalogue: parts.catalogue,
                models: Dictionary(uniqueKeysWithValues: parts.models.map { ($0.entry.manifest.id, $0) }),
                defaultModel: configuration.defaultModel,
                studio: parts.studio
            ),
            generations: GenerationOrder(catalogue: parts.catalogue),
            service: parts.service,
            answers: answers,
            patience: ImagesController.Patience(
                silence: .seconds(configuration.silenceSeconds),
                heartbeat: .seconds(configuration.heartbeatSeconds)
            )
        )
        let jobs = JobsController(
            service: parts.service,
            answers: answers,
            heartbeat: .seconds(configuration.heartbeatSeconds)
        )
        let models = ModelsController(catalogue: parts.catalogue)
        let pictures = PicturesController(
            files: parts.files,
            blocking: parts.blocking,
            signer: signer,
            clock: parts.clock
        )
        let operations = OperationsController(service: parts.service, store: parts.store, metrics: parts.metrics)

        let router = Router(context: GatewayContext.self)
        router.add(middleware: EdgeMiddleware(clock: parts.clock))
        let keyed = router.group().add(
            middleware: Authentication(keys: KeyCache(store: parts.store, clock: parts.clock), service: parts.service)
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
        router.route("/metrics", [.get: operations.metrics])
        router.route("/status", [.get: operations.status])
        router.route("/openapi.json", [.get: operations.openAPI])
        return router
    }
}
