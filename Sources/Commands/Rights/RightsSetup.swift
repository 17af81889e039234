internal import ArgumentParser
internal import ContentCredentials
internal import Foundation
internal import Imaging
internal import Inference
internal import Logging
internal import PromptPolicy
internal import Records
internal import Service
internal import Watermarking

/// Makes the instruments of rights from the settings and the data folder.
struct RightsSetup {
    let instruments: RightsService.Instruments
    private let configuration: RightsService.Configuration
    private let decoder: ImageDecoder
    private let logger: Logger

    /// Pictures that the safety check looks at, at the same time: each more is a network more in memory, and one looks at
    /// more pictures a second than two cores paint.
    private static let simultaneousChecks = 1

    /// Who works in the data folder.
    enum Role {
        /// Makes the development certificate and the watermark's secret where they are missing, and replaces the certificate
        /// in time.
        case server
        /// Makes pictures with what is there.
        case painter
        /// Looks at pictures and records; changes no file of the folder.
        case reader

        var paints: Bool { self != .reader }
    }

    /// Loads the network of the safety check, too, where pictures will be made.
    ///
    /// - Throws: ``CommandFailure`` when a secret cannot be used or, for a painter, is missing.
    init(settings: Settings, folder: DataFolder, logger: Logger, as role: Role) throws {
        let wanted = settings.rights
        let secret = try Self.watermarkSecret(folder, role)
        var instruments = RightsService.Instruments(policy: try Self.policy(wanted.policy), secret: secret ?? [])
        let source = try Self.certificate(wanted, folder, role)
        if wanted.signs, role.paints {
            let now = WallClock().now()
            let signer = try CredentialsSigner(source, fallback: wanted.whenCertificateEnds, now: now)
            instruments.signer = signer
            if signer.identity.isForDevelopment {
                logger.notice(
                    "pictures are signed with a certificate that this server made for itself; set rights.certificate",
                    metadata: ["certificate": "\(signer.identity.path)"]
                )
            }
        } else {
            instruments.reader = try Self.reader(
                wanted,
                folder,
                own: try Self.identity(wanted, folder, role, now: Date()).map { [$0] } ?? [],
                trusting: try Self.trusted(wanted.trusted)
            )
        }
        if wanted.marks, let secret { instruments.watermark = WatermarkMarker(key: try WatermarkKey(bytes: secret)) }
        if role.paints, wanted.configuration.safety.mode != .off {
            instruments.classifier = try SafetyClassifier(
                models: settings.modelsFolder,
                simultaneous: Self.simultaneousChecks,
                precision: settings.openVINO.precision
            )
        }
        self.instruments = instruments
        var configuration = wanted.configuration
        configuration.generator = ManifestDescription.Software(
            name: "Heatsink",
            version: ProgramVersion.current
        )
        self.configuration = configuration
        decoder = try ImageDecoder(limits: settings.imageLimits)
        self.logger = logger
    }

    func rightsService(store: any RecordStore, files: FileStore) -> RightsService {
        RightsService(
            configuration: configuration,
            instruments: instruments,
            store: store,
            files: files,
            decoder: decoder,
            logger: logger
        )
    }

    /// For commands that paint: with the server's certificate, watermarks, works and opt-outs where there is a data folder,
    /// else with a certificate for this run only.
    ///
    /// - Parameter workspace: a folder that is gone after the run.
    static func rightsService(
        forRunIn workspace: String,
        settings: Settings,
        files: FileStore
    ) async throws -> RightsService {
        let isServers = FileManager.default.fileExists(atPath: settings.dataFolder + "/heatsink.sqlite")
        let folder = try DataFolder(isServers ? settings.dataFolder : workspace + "/data")
        let logger = Logger(label: "heatsink") { _ in SwiftLogNoOpLogHandler() }
        let store = try folder.openStore()
        try await folder.checkWatermarkSecret(store)
        // What no server has made yet is made as a server would; beside one, nothing is.
        let role = try folder.isServerRunning() ? Role.painter : .server
        let rightsService = try RightsSetup(settings: settings, folder: folder, logger: logger, as: role)
            .rightsService(store: store, files: files)
        try await rightsService.refresh()
        return rightsService
    }

    /// A preset by its name, or the policy in a file.
    static func policy(_ name: String) throws -> PromptPolicy {
        if let preset = PromptPolicy.Preset(rawValue: name) { return try PromptPolicy(shipped: preset) }
        guard let text = FileManager.default.contents(atPath: name) else {
            let presets = PromptPolicy.Preset.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("rights.policy: '\(name)' is no file that can be read, and none of \(presets)")
        }
        do {
            return try PromptPolicy(yaml: String(decoding: text, as: UTF8.self))
        } catch {
            throw CommandFailure("\(name): \(error)")
        }
    }

    /// What files named in the settings are not what they should be, without a look at the data folder.
    static func problems(of wanted: RightsSettings) -> [String] {
        var problems: [String] = []
        func attempt(_ key: String, _ body: () throws -> Void) {
            do { try body() } catch {
                let sentence = "\(error)"
                problems.append(sentence.hasPrefix("rights.") ? sentence : "\(key): \(sentence)")
            }
        }
        attempt("rights.policy") { _ = try policy(wanted.policy) }
        if !wanted.certificate.isEmpty, !wanted.key.isEmpty {
            attempt("rights.certificate") {
                // One that is not valid now is no mistake in a setting: rights.unusable-certificate says what follows.
                _ = try SigningIdentity(chainFile: wanted.certificate, keyFile: wanted.key, now: nil)
            }
        }
        attempt("rights.former-certificates") { _ = try former(wanted.formerCertificates) }
        attempt("rights.trusted-certificates") { _ = try trusted(wanted.trusted) }
        return problems
    }

    /// - Returns: nil for a reader of a folder that has none.
    private static func watermarkSecret(_ folder: DataFolder, _ role: Role) throws -> [UInt8]? {
        let file = folder.watermarkSecret
        switch role {
        case .server: return try file.readOrMake()
        case .reader: return try file.read()
        case .painter:
            guard let secret = try file.read() else { throw CommandFailure("\(file.path) is missing; \(file.remedy)") }
            return secret
        }
    }

    /// Where the certificate is, and how it is loaded, now and whenever it has changed.
    private static func certificate(
        _ wanted: RightsSettings,
        _ folder: DataFolder,
        _ role: Role
    ) throws -> CredentialsSigner.Source {
        let trusted = try Self.trusted(wanted.trusted)
        let timestamps = wanted.timestamps.isEmpty ? nil : try TimestampAuthority(wanted.timestamps)
        let files =
            wanted.certificate.isEmpty
            ? ["\(credentials(folder))/development"] : [wanted.certificate, wanted.key]
        return CredentialsSigner.Source(files: files) { now, former in
            guard let identity = try Self.identity(wanted, folder, role, now: now) else {
                throw CommandFailure("there is no certificate in \(credentials(folder)); start the server once")
            }
            return CredentialsSigner.Loaded(
                identity: identity,
                credentials: identity.isValid(at: now)
                    ? try ContentCredentials(identity: identity, timestamps: timestamps, trusting: trusted) : nil,
                reader: try Self.reader(wanted, folder, own: [identity] + former, trusting: trusted)
            )
        }
    }

    private static func credentials(_ folder: DataFolder) -> String { folder.path + "/credentials" }

    private static func reader(
        _ wanted: RightsSettings,
        _ folder: DataFolder,
        own: [SigningIdentity],
        trusting trusted: TrustAnchors
    ) throws -> CredentialsReader {
        try CredentialsReader(
            own: own,
            former: SigningIdentity.developmentCertificates(in: credentials(folder))
                + former(wanted.formerCertificates),
            trusting: trusted
        )
    }

    /// Whether or not it is its time.
    ///
    /// - Returns: nil for a command in a folder that has none.
    private static func identity(
        _ wanted: RightsSettings,
        _ folder: DataFolder,
        _ role: Role,
        now: Date
    ) throws -> SigningIdentity? {
        guard wanted.certificate.isEmpty else {
            return try SigningIdentity(chainFile: wanted.certificate, keyFile: wanted.key, now: nil)
        }
        guard role == .server else { return try SigningIdentity.existingDevelopment(in: credentials(folder)) }
        return try SigningIdentity.development(in: credentials(folder), now: now)
    }

    private static func former(_ path: String) throws -> [String] {
        guard !path.isEmpty else { return [] }
        guard let text = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("rights.former-certificates: \(path) cannot be read")
        }
        // Looked at here, so that a mistake is named by its setting.
        return try TrustAnchors(signers: [String(decoding: text, as: UTF8.self)]).signers
    }

    private static func trusted(_ path: String) throws -> TrustAnchors {
        guard !path.isEmpty else { return TrustAnchors() }
        guard let text = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("rights.trusted-certificates: \(path) cannot be read")
        }
        return try TrustAnchors(signers: [String(decoding: text, as: UTF8.self)])
    }
}
