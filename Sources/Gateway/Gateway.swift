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
    public struct Dependencies: Sendable {
        public let service: JobService
        public let store: any RecordStore
        public let rights: RightsService
        public let files: FileStore
        public let restylePainter: RestylePainter
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
            rights: RightsService,
            files: FileStore,
            restylePainter: RestylePainter,
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
            self.restylePainter = restylePainter
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

    let dependencies: Dependencies
    let configuration: Configuration
    let guestAdmission: GuestAdmission
    let quota: UploadQuota
    private let connections: ConnectionRegistry

    public init(dependencies: Dependencies, configuration: Configuration) {
        self.dependencies = dependencies
        self.configuration = configuration
        quota = UploadQuota(files: dependencies.files, limits: configuration.uploads, clock: dependencies.clock)
        connections = ConnectionRegistry(
            limits: configuration.connectionLimits,
            isBehindProxies: configuration.trustedProxies > 0
        )
        guestAdmission = GuestAdmission(
            limits: GuestAdmission.Limits(
                accountsPerHour: configuration.guestAccountsPerHour,
                picturesPerDay: configuration.guestPicturesPerDay,
                calmPerMinute: configuration.calmGuestsPerMinute
            ),
            secret: dependencies.linkSecret
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
        router.add(middleware: EdgeMiddleware(clock: dependencies.clock, uploadSeconds: configuration.uploadSeconds))
        metricsController.routes(on: router)
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

    var metricsController: MetricsController {
        MetricsController(metrics: dependencies.metrics, token: configuration.metricsToken)
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
}
