internal import ArgumentParser
internal import Foundation
internal import Gateway
internal import Glibc
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
        PrivateFiles.setMask()
        var flags: [String: String] = [:]
        flags["http.host"] = host
        flags["http.port"] = port.map(String.init)
        let settings = await common.unchecked(flags: flags)
        let logger = LogOutput.start(level: settings.logLevel, format: settings.logFormat)
        do {
            try CommonOptions.check(settings)
            try await serve(settings, logger)
        } catch  where settings.logFormat == "json" {
            logger.critical("cannot start", metadata: ["reason": "\(error)"])
            throw ExitCode.failure
        }
    }

    /// Whether a server that cannot even read its arguments would have logged JSON.
    static func logsJSON(
        arguments: [String],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async -> Bool {
        guard arguments.dropFirst().first == configuration.commandName else { return false }
        let file = arguments.firstIndex(of: "--config").flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
        let named = arguments.first { $0.hasPrefix("--config=") }?.dropFirst("--config=".count)
        return await Settings(file: named.map(String.init) ?? file, environment: environment).logFormat == "json"
    }

    private func serve(_ settings: Settings, _ logger: Logger) async throws {
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)

        OpenFileLimit.raise()
        // A file that would grow over the process's limit is an error to report, and not the end of the server.
        signal(SIGXFSZ, SIG_IGN)
        var folder = try DataFolder(settings.dataFolder)
        try folder.lock()
        if try folder.examineStore() == .unfinished {
            logger.notice("the database is large: it was looked at for damage in part only")
        }
        try folder.tightenFiles()
        let store = try folder.openStore()
        let files = try folder.openFiles()
        try await folder.checkWatermarkSecret(store)
        let rights = try RightsSetup(settings: settings, folder: folder, logger: logger, as: .server)
            .rightsService(store: store, files: files)
        let engine = try await Engine(settings: settings, files: files, rights: rights)
        let service = JobService(
            store: store,
            files: files,
            painter: engine.painter,
            stepPainter: engine.flowPainter,
            catalogue: engine.catalogue,
            rights: rights,
            configuration: settings.service,
            logger: logger
        )
        var configuration = settings.gateway
        configuration.version = ProgramVersion.current
        configuration.metricsToken = try Self.metricsToken(settings.metricsTokenFile)
        let gateway = Gateway(
            dependencies: Gateway.Dependencies(
                service: service,
                store: store,
                rights: rights,
                files: files,
                restylePainter: engine.restylePainter,
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
        let isLogged = settings.logFormat == "json"
        let server = gateway.makeServer(host: settings.host, port: settings.port, logger: logger) { port in
            // Not before: a start that fails to listen would use the key up.
            var key = FirstKey.Place.unknown
            do {
                key = try await FirstKey.make(in: store, settings.dataFolder, isShown: Terminal.isShown && !isLogged)
            } catch {
                logger.error("cannot make the first key", metadata: ["reason": "\(error)"])
            }
            let address = Welcome.address(host: settings.host, port: port)
            if isLogged {
                Welcome.log(address: address, key: key, logger)
            } else {
                Terminal.write(lines: Welcome.text(address: address, key: key, dataFolder: settings.dataFolder))
            }
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
            var places = "\(settings.host):\(settings.port)"
            let own = configuration.metricsPort
            if own > 0 { places += " or, for metrics, on \(configuration.metricsHost):\(own)" }
            throw CommandFailure("cannot listen on \(places): \(error)")
        }
        logger.info("stopped")
    }

    static func metricsToken(_ path: String) throws(CommandFailure) -> String? {
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
}
