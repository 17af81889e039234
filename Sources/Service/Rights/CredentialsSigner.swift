public import ContentCredentials
public import Foundation
public import Logging
internal import Metrics
public import SurgeCore
internal import Synchronization

/// The certificate that pictures are signed with, kept usable while the server runs: loaded again when its files change,
/// replaced in time where the server made it for itself, and not used before its begin and after its end.
public final class CredentialsSigner: Sendable {
    /// What happens to pictures while the certificate cannot be used.
    public enum Fallback: String, Hashable, Sendable, CaseIterable {
        /// None are made.
        case refuse
        /// They leave without content credentials, still marked.
        case unsigned
    }

    /// A certificate as it was loaded.
    public struct Loaded: Sendable {
        public let identity: SigningIdentity
        /// nil: it is not the certificate's time.
        public let credentials: ContentCredentials?
        public let reader: CredentialsReader

        public init(identity: SigningIdentity, credentials: ContentCredentials?, reader: CredentialsReader) {
            self.identity = identity
            self.credentials = credentials
            self.reader = reader
        }
    }

    /// Where the certificate comes from.
    public struct Source: Sendable {
        /// Files that are looked at for changes.
        let files: [String]
        /// Loads it, and replaces it first where the server made it and its time is near. Blocks.
        let load: @Sendable (_ now: Date, _ former: [SigningIdentity]) throws -> Loaded

        public init(
            files: [String],
            load: @escaping @Sendable (_ now: Date, _ former: [SigningIdentity]) throws -> Loaded
        ) {
            self.files = files
            self.load = load
        }
    }

    /// How things stand with the certificate.
    public struct Standing: Hashable, Sendable {
        /// Where it is, for messages.
        public let path: String
        /// Days to its end; below 0: it has ended.
        public let daysLeft: Double
        /// Whether pictures are signed now.
        public let isUsable: Bool
        /// Whether pictures can leave, signed or, as configured, unsigned.
        public let canFinish: Bool
    }

    /// What to do with a picture.
    enum Answer {
        case sign(ContentCredentials)
        case leaveUnsigned
        case refuse
    }

    private struct State {
        var loaded: Loaded
        /// Certificates that signed here since the start.
        var former: [SigningIdentity] = []
        var stamps: [FileStamp?]
        /// The day of the last warning, since 1970.
        var warnedDay: Int?
        var problem: String?
        /// As it was said last.
        var wasUsable = true
    }

    /// What changes when a file is written or replaced.
    private struct FileStamp: Hashable {
        let modified: Date?
        let size: Int?
        let number: Int?

        init?(of path: String) {
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else { return nil }
            modified = attributes[.modificationDate] as? Date
            size = (attributes[.size] as? NSNumber)?.intValue
            number = (attributes[.systemFileNumber] as? NSNumber)?.intValue
        }
    }

    /// How long before its end the certificate is warned of. The server's own is replaced as long before.
    public static let warningDays = 30.0
    private static let mostFormer = 16

    private let source: Source
    private let fallback: Fallback
    private let state: Mutex<State>
    private let daysGauge = Gauge(label: "heatsink_certificate_days_left")
    private let usableGauge = Gauge(label: "heatsink_certificate_usable")
    private let unsignedCounter = Counter(label: "heatsink_pictures_unsigned_total")

    /// Loads the certificate. Blocks.
    ///
    /// - Throws: what is wrong with it, other than its time.
    public init(_ source: Source, fallback: Fallback, now: Instant) throws {
        self.source = source
        self.fallback = fallback
        let stamps = source.files.map(FileStamp.init(of:))
        state = Mutex(State(loaded: try source.load(now.date, []), stamps: stamps))
    }

    public var reader: CredentialsReader { state.withLock { $0.loaded.reader } }
    public var identity: SigningIdentity { state.withLock { $0.loaded.identity } }
    /// nil: it is not the certificate's time.
    public var credentials: ContentCredentials? { state.withLock { $0.loaded.credentials } }

    public func standing(at now: Instant) -> Standing {
        let loaded = state.withLock { $0.loaded }
        let isUsable = loaded.isUsable(at: now)
        return Standing(
            path: loaded.identity.path,
            daysLeft: loaded.identity.notValidAfter.timeIntervalSince(now.date) / 86_400,
            isUsable: isUsable,
            canFinish: isUsable || fallback == .unsigned
        )
    }

    func answer(at now: Instant) -> Answer {
        let loaded = state.withLock { $0.loaded }
        if let credentials = loaded.credentials, loaded.isUsable(at: now) { return .sign(credentials) }
        guard fallback == .unsigned else { return .refuse }
        unsignedCounter.increment()
        return .leaveUnsigned
    }

    /// Loads the certificate again where that is due, says what an operator has to know, and sets the metrics. To be called every
    /// few seconds by one caller. Blocks.
    public func check(at now: Instant, logger: Logger) {
        reload(at: now, logger)
        let standing = standing(at: now)
        daysGauge.record(standing.daysLeft)
        usableGauge.record(standing.isUsable ? 1 : 0)
        report(standing, at: now, logger)
    }

    private func reload(at now: Instant, _ logger: Logger) {
        let stamps = source.files.map(FileStamp.init(of:))
        let (loaded, former, isChanged) = state.withLock { ($0.loaded, $0.former, $0.stamps != stamps) }
        guard isChanged || loaded.isDue(at: now) else { return }
        do {
            let next = try source.load(now.date, former + [loaded.identity])
            guard next.isUsable(at: now) || !loaded.isUsable(at: now) else {
                // The files count as changed still, so they are loaded at each check until their time comes.
                warn(ofUnusable: next.identity, logger)
                return
            }
            state.withLock { state in
                if next.identity != state.loaded.identity {
                    state.former = (state.former + [state.loaded.identity]).suffix(Self.mostFormer)
                }
                state.loaded = next
                // Looked at before it was loaded: what changed meanwhile is loaded the next time.
                state.stamps = isChanged ? stamps : source.files.map(FileStamp.init(of:))
                state.problem = nil
                state.warnedDay = nil
            }
            guard next.identity != loaded.identity else { return }
            logger.notice(
                "pictures are signed with another certificate now",
                metadata: ["certificate": "\(next.identity.path)", "ends": "\(next.identity.notValidAfter)"]
            )
        } catch {
            // Chain and key come one after the other: the first of them alone does not fit.
            let problem = "\(error)"
            guard
                state.withLock({ state in
                    defer { state.problem = problem }
                    return state.problem != problem
                })
            else { return }
            logger.error(
                "the certificate cannot be loaded again; the one before stays",
                metadata: ["reason": "\(error)"]
            )
        }
    }

    /// Says once that new files wait for their time, or came after it.
    private func warn(ofUnusable identity: SigningIdentity, _ logger: Logger) {
        let problem = "not valid now: \(identity.notValidBefore) to \(identity.notValidAfter)"
        let isNew = state.withLock { state in
            defer { state.problem = problem }
            return state.problem != problem
        }
        guard isNew else { return }
        logger.warning(
            "signing certificate is not valid now",
            metadata: [
                "certificate": "\(identity.path)", "begins": "\(identity.notValidBefore)",
                "ends": "\(identity.notValidAfter)", "signing": "the one before stays",
            ]
        )
    }

    private func report(_ standing: Standing, at now: Instant, _ logger: Logger) {
        let day = Int(now.unixSeconds / 86_400)
        let (isTurned, isWarned) = state.withLock { state in
            defer {
                state.wasUsable = standing.isUsable
                if standing.daysLeft < Self.warningDays || !standing.isUsable { state.warnedDay = day }
            }
            return (state.wasUsable != standing.isUsable, state.warnedDay == day)
        }
        let metadata: Logger.Metadata = [
            "certificate": "\(standing.path)", "days_left": "\(Int(standing.daysLeft.rounded(.down)))",
            "pictures": fallback == .refuse ? "refused" : "unsigned",
        ]
        if !standing.isUsable, isTurned || !isWarned {
            logger.error("it is not the certificate's time: pictures are not signed", metadata: metadata)
        } else if standing.isUsable, isTurned {
            logger.notice("pictures are signed again", metadata: metadata)
        } else if standing.daysLeft < Self.warningDays, !isWarned {
            logger.warning("the certificate ends soon: replace its files, they are loaded at once", metadata: metadata)
        }
    }
}

extension CredentialsSigner.Loaded {
    func isUsable(at now: Instant) -> Bool { credentials != nil && identity.isValid(at: now.date) }

    /// Whether loading it again is worth a try although no file has changed.
    fileprivate func isDue(at now: Instant) -> Bool {
        let isNearEnd = identity.notValidAfter.timeIntervalSince(now.date) < CredentialsSigner.warningDays * 86_400
        if identity.isForDevelopment, isNearEnd || !identity.isValid(at: now.date) { return true }
        return credentials == nil && identity.isValid(at: now.date)
    }
}

extension Instant {
    var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }
}
