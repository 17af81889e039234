internal import Foundation
internal import Hummingbird
internal import HummingbirdTesting
internal import Imaging
internal import Inference
internal import Logging
internal import PromptPolicy
internal import Records
internal import Service
internal import SurgeCore
internal import TestKit

@testable import Gateway

/// A whole server behind its router: records and files in a folder of its own, three accounts with keys, a clock that
/// moves when a test says so, and one model that paints without a network.
///
/// Requests go to the router and not through a socket, so a test takes milliseconds. What a connection decides (heads,
/// deadlines, HTTP/1.0) is tested elsewhere.
final class RouterFixture: Sendable {
    /// Who sends a request.
    enum Caller: String, Sendable, CaseIterable {
        case nobody
        case member
        /// Another member.
        case stranger
        case `operator`
    }

    /// What a test may change before the server is made.
    struct Options: Sendable {
        var gateway = Gateway.Configuration()
        var policy = PromptPolicy.Preset.open
        /// Steps that are taken before the test is asked; ``FakeStepPainter/allow(_:)`` lets more be taken.
        var allowedSteps = Int.max
        /// Whether there are pages: reading and compressing them takes longer than most tests.
        var hasPages = false
        var free = RouterFixture.plan("free", allowance: 100)
        var guest = RouterFixture.plan("guest", allowance: 10)

        init() {
            gateway.defaultModel = FlowFolder.model
            // No request here waits so long that a sign of life is due.
            gateway.silenceSeconds = 600
            gateway.heartbeatSeconds = 600
        }
    }

    let folder: TemporaryFolder
    let store: SQLiteStore
    let files: FileStore
    let clock = ManualClock()
    let steps: FakeStepPainter
    let service: JobService
    private let keys: [Caller: SecretKey]
    private let gateway: Gateway
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func plan(_ name: String, allowance: Int?) -> Plan {
        var plan = Plan(name: name)
        plan.dailyAllowance = allowance
        return plan
    }

    init(_ change: (inout Options) -> Void = { _ in }) async throws {
        var options = Options()
        change(&options)
        options.gateway.webFolder = options.hasPages ? Repository.root + "/Web" : "/dev/null"
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        files = try FileStore(folder: folder.path + "/files")
        steps = FakeStepPainter(allowed: options.allowedSteps)
        try FlowFolder.write(to: folder.path + "/models")
        let catalogue = try ModelCatalogue(folder: folder.path + "/models")
        let decoder = try ImageDecoder()
        let blocking = BlockingWork(width: 1)
        let rights = RightsService(
            configuration: RightsService.Configuration(),
            instruments: RightsService.Instruments(
                policy: try RouterFixture.policy(options.policy),
                secret: [UInt8](repeating: 7, count: 32)
            ),
            store: store,
            files: files,
            decoder: decoder,
            clock: clock,
            logger: logger
        )
        var configuration = JobService.Configuration()
        configuration.plans = [options.guest, options.free]
        service = JobService(
            store: store,
            files: files,
            painter: FakePainter(),
            stepPainter: PlainStepPainter(steps: steps, files: files),
            catalogue: catalogue,
            rights: rights,
            clock: clock,
            configuration: configuration,
            logger: logger
        )
        gateway = Gateway(
            dependencies: Gateway.Dependencies(
                service: service,
                store: store,
                rights: rights,
                files: files,
                restylePainter: RestylePainter(models: [], decoder: decoder, files: files, blocking: blocking),
                models: [],
                catalogue: catalogue,
                blocking: blocking,
                decoder: decoder,
                plans: configuration.plans,
                clock: clock,
                metrics: PrometheusRegistry(),
                linkSecret: [UInt8](repeating: 3, count: 32)
            ),
            configuration: options.gateway
        )
        var keys: [Caller: SecretKey] = [:]
        for caller in Caller.allCases where caller != .nobody {
            keys[caller] = try await RouterFixture.makeAccount(caller, in: store, at: clock.now())
        }
        self.keys = keys
    }

    // Made once: each takes longer than most tests.
    private static let openPolicy = Result { () throws(PolicyError) in try PromptPolicy(shipped: .open) }
    private static let strictPolicy = Result { () throws(PolicyError) in try PromptPolicy(shipped: .strict) }

    private static func policy(_ preset: PromptPolicy.Preset) throws(PolicyError) -> PromptPolicy {
        switch preset {
        case .open: try openPolicy.get()
        case .strict: try strictPolicy.get()
        case .considerate: try PromptPolicy(shipped: .considerate)
        }
    }

    private static func makeAccount(_ caller: Caller, in store: SQLiteStore, at now: Instant) async throws -> SecretKey
    {
        let id = account(of: caller)
        try await store.create(Account(id: id, name: caller.rawValue, plan: "free", createdAt: now))
        if caller == .operator { try await store.setOperator(id, true) }
        var generator = SystemRandomNumberGenerator()
        let key = SecretKey(using: &generator)
        try await store.create(KeyRecord(prefix: key.prefix, digest: key.digest, account: id, createdAt: now))
        return key
    }

    static func account(of caller: Caller) -> AccountID { AccountID(rawValue: "acct_\(caller.rawValue)") }

    /// nil for nobody.
    func key(of caller: Caller) -> SecretKey? { keys[caller] }

    /// Begins a browser's session. - Returns: the header `Cookie`.
    func session(of caller: Caller) async throws -> String {
        let secret = "session-of-\(caller.rawValue)-\(UUID().uuidString)"
        let session = KeyRecord.Session(expiresAt: clock.now().advanced(bySeconds: 86_400), parent: nil)
        try await store.create(
            KeyRecord(
                prefix: "session",
                digest: SessionCookie.digest(secret),
                account: Self.account(of: caller),
                createdAt: clock.now(),
                session: session
            )
        )
        return "\(SessionCookie.name)=\(secret)"
    }

    /// Runs the server beside `body`, and stops it after.
    func run(_ body: @Sendable (RouterClient) async throws -> Void) async throws {
        let application = Application(router: gateway.makeRouter(), services: [service], logger: logger)
        try await application.test(.router) { client in
            // The stop waits for steps that are under way.
            defer { steps.allow(.max) }
            try await body(RouterClient(fixture: self, client: client))
        }
    }

    // MARK: Pictures to send

    /// A photo of 64 x 48 pixels, as a PNG.
    static func photo(width: Int = 64, height: Int = 48) throws -> [UInt8] {
        let size = PixelSize(width: width, height: height)
        let pixels = (0..<(size.area * 3)).map { UInt8(truncatingIfNeeded: $0 * 7) }
        return try Raster(size: size, channels: 3, bytes: pixels).encoded(as: ImageEncoding(format: .png))
    }
}
