internal import ArgumentParser
internal import Foundation
internal import Gateway
internal import Logging
internal import Metrics
internal import Records
internal import Service
internal import ServiceLifecycle
internal import SurgeLoad
internal import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion:
            "Settings come from a file, the environment (HEATSINK_HTTP_PORT for http.port) and flags, in that order."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "The address to listen on. (default: 127.0.0.1)")
    var host: String?

    @Option(help: "The port; 0 takes a free one. (default: 8080)")
    var port: Int?

    func validate() throws {
        if let port, !(0...65_535).contains(port) { throw ValidationError("--port takes 0 to 65535.") }
    }

    func run() async throws {
        var flags: [String: String] = [:]
        flags["http.host"] = host
        flags["http.port"] = port.map(String.init)
        let settings = try await common.settings(flags: flags)
        let logger = LogOutput.start(level: settings.logLevel, format: settings.logFormat)
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)

        OpenFileLimit.raise()
        var folder = try DataFolder(settings.dataFolder)
        try folder.lock()
        let store = try folder.openStore()
        let files = try folder.openFiles()
        try await folder.checkWatermarkSecret(store)
        let rights = try RightsWorkshop(settings: settings, folder: folder, logger: logger, as: .server)
            .office(store: store, files: files)
        let engine = try await Engine(settings: settings, files: files, rights: rights)
        let service = JobService(
            store: store,
            files: files,
            painter: engine.painter,
            stepPainter: engine.flowStudio,
            catalogue: engine.catalogue,
            rights: rights,
            configuration: settings.service,
            logger: logger
        )
        var configuration = settings.gateway
        configuration.version = HeatsinkCommand.configuration.version
        configuration.metricsToken = try Self.metricsToken(settings.metricsTokenFile)
        let gateway = Gateway(
            parts: Gateway.Parts(
                service: service,
                store: store,
                rights: rights,
                files: files,
                studio: engine.studio,
                models: engine.models,
                catalogue: engine.catalogue,
                blocking: engine.blocking,
                decoder: engine.decoder,
                plans: settings.service.plans,
                clock: WallClock(),
                metrics: metrics,
                linkSecret: try folder.linkSecret.readOrMake()
            ),
            configuration: configuration
        )
        try await service.recover()
        let firstKey = try await Self.firstKey(in: store)
        let server = gateway.makeServer(host: settings.host, port: settings.port, logger: logger) { port in
            Welcome.show(host: settings.host, port: port, firstKey: firstKey, dataFolder: settings.dataFolder)
        }
        // Stopped last-in-first-out: first connections are told, then jobs stop being taken, then connections close.
        let stop = ShutdownBound(seconds: settings.shutdownSeconds, logger: logger) { gateway.stop() }
        var services: [any ServiceLifecycle.Service] = [server, service, stop]
        if let metricsServer = gateway.makeMetricsServer(logger: logger) { services.insert(metricsServer, at: 0) }
        var group = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = .seconds(settings.shutdownSeconds)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch  where "\(error)".contains("bind") {
            throw CommandFailure("cannot listen on \(settings.host):\(settings.port): \(error)")
        }
        logger.info("stopped")
    }

    private static func metricsToken(_ path: String) throws(CommandFailure) -> String? {
        guard !path.isEmpty else { return nil }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure("metrics.token-file: \(path) cannot be read")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard token.utf8.count >= 16, !token.contains(where: \.isWhitespace) else {
            throw CommandFailure("metrics.token-file: \(path) must hold one word of at least 16 characters")
        }
        return token
    }

    /// An operator's key for whoever tries the server for the first time.
    private static func firstKey(in store: SQLiteStore) async throws -> SecretKey? {
        guard try await store.keys().isEmpty else { return nil }
        let (key, account) = try await AccountKeeping.createKey(plan: "pro", name: "first", store: store)
        try await store.setOperator(account.id, true)
        return key
    }
}
