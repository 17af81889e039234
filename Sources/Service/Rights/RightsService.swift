public import ContentCredentials
internal import Foundation
public import Imaging
public import Inference
public import Logging
public import PromptPolicy
public import Records
internal import SurgeCore
internal import Synchronization
public import WorkRegistry

/// What may be painted here, and what each picture says of itself: the policy, the registries, the instruments, and
/// whatever was decided.
///
/// The records are the truth. What is needed for every picture is held here and kept fresh by ``refresh()``, so that what
/// another process writes (`heatsink works add`) is in force within seconds, and what was decided before a crash is in
/// force after it.
public final class RightsService: Sendable {
    public struct Configuration: Sendable {
        /// Whether pictures are compared with registered works.
        public var comparesWorks = true
        public var thresholds = WorkThresholds.standard
        /// What happens to pictures that are likely not for everybody.
        public var safety = SafetyPolicy.standard
        /// How long what was asked for is kept with a decision.
        public var textDays = 30.0
        /// How long a picture that was held back is kept.
        public var reviewDays = 30.0
        /// How long the contacts of appeals and opt-outs are kept, in days.
        public var contactDays = 180.0
        /// Whom to write to, for the public page.
        public var contact: String?
        /// What signs: this program.
        public var generator = ManifestDescription.Software(name: "Heatsink")

        public init() {}
    }

    /// The parts that do the work; each may be missing where it is switched off.
    public struct Instruments: Sendable {
        public var policy: PromptPolicy
        /// Signs pictures; nil: they are not signed.
        public var signer: CredentialsSigner?
        /// For processes that verify pictures and sign none.
        public var reader: CredentialsReader?
        public var watermark: (any PictureWatermarking)?
        public var classifier: (any SafetyClassifying)?
        /// Decides the watermarks' ids from the pictures. 32 bytes.
        public var secret: [UInt8]

        public init(policy: PromptPolicy, secret: [UInt8]) {
            self.policy = policy
            self.secret = secret
        }
    }

    /// What is held of the records.
    struct State: Sendable {
        /// The entry of the ledger up to which everything is known.
        var sequence: Int64 = 0
        var optOuts = OptOutRegistry()
        var optOutNames = OptOutSnapshot()
        /// By digest, the decision by which each was taken down.
        var takenDown: [String: String] = [:]
        /// Uploads that an operator has released, at which entry of the ledger.
        var cleared: [String: Int64] = [:]
        /// What was looked at and nothing was found in, at which state of the registry.
        var clear: [Seen: Int64] = [:]
        /// The entry of the ledger at which each work was registered.
        var workChanges: [String: Int64] = [:]
        /// The registry's own figure, which one would have to wait for while something is compared.
        var registeredWorkCount = 0
        /// Grows when works are registered or withdrawn.
        var worksVersion: Int64 = 0
        /// What was refused lately: who sends the same again gets the same decision.
        var refusals: [RefusalKey: String] = [:]

        struct Seen: Hashable, Sendable {
            let digest: String
            let view: UploadView
        }
    }

    struct RefusalKey: Hashable, Sendable {
        let account: AccountID
        let rule: String
        let text: String
    }

    static let mostRemembered = 8_192
    /// Of two seconds each.
    private static let roundsBetweenCertificateChecks = 5

    public let configuration: Configuration
    public let instruments: Instruments
    let store: any RightsStore & JobStore & ShareStore
    let files: FileStore
    let decoder: ImageDecoder
    let clock: any TimeSource
    let logger: Logger
    let metrics = RightsMetrics()
    let state = Mutex(State())
    /// A thread to look after the certificate.
    private let certificateWork: BlockingWork?
    /// Under a lock of its own: comparing takes milliseconds, and requests do not wait for that.
    let registry: Mutex<WorkRegistry>

    public init(
        configuration: Configuration,
        instruments: Instruments,
        store: any RightsStore & JobStore & ShareStore,
        files: FileStore,
        decoder: ImageDecoder,
        clock: any TimeSource = WallClock(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.instruments = instruments
        self.store = store
        self.files = files
        self.decoder = decoder
        self.clock = clock
        self.logger = logger
        registry = Mutex(WorkRegistry(thresholds: configuration.thresholds))
        certificateWork = instruments.signer == nil ? nil : BlockingWork(width: 1)
        instruments.signer?.check(at: clock.now(), logger: logger)
    }

    /// How things stand with the certificate that pictures are signed with; nil: they are not signed.
    public var certificate: CredentialsSigner.Standing? { instruments.signer?.standing(at: clock.now()) }

    /// Whether pictures that are painted can leave: false while the certificate cannot be used and none may leave unsigned.
    public var canFinishPictures: Bool { certificate?.canFinish ?? true }

    /// Takes over what the records have that is not known here yet. To be called before the first request, and every few
    /// seconds from then on.
    public func refresh() async throws(RecordsError) {
        while true {
            let known = state.withLock { $0.sequence }
            guard let update = try await store.rightsUpdate(after: known) else { return }
            guard let problems = take(update, after: known) else { continue }
            for problem in problems {
                logger.error("a record of rights makes no sense", metadata: ["reason": "\(problem)"])
            }
            return
        }
    }

    /// - Returns: what could not be understood; nil when another update was taken over since `known`, which may have less in
    ///   it than this one.
    private func take(_ update: RightsUpdate, after known: Int64) -> [String]? {
        state.withLock { state in
            guard state.sequence == known else { return nil }
            let problems = state.apply(update)
            // Most updates have none, and do not wait for a comparison.
            guard !update.works.isEmpty else { return problems }
            return registry.withLock { registry in
                defer { state.registeredWorkCount = registry.registeredCount }
                return problems + registry.apply(update.works)
            }
        }
    }

    /// Refreshes for as long as the server runs, and looks after the certificate.
    func keepFresh() async {
        for round in 1... {
            guard !Task.isCancelled else { return }
            try? await Task.sleep(for: .seconds(2))
            if round.isMultiple(of: Self.roundsBetweenCertificateChecks) { await checkCertificate() }
            do {
                try await refresh()
            } catch {
                guard !Task.isCancelled else { return }
                logger.error("cannot read what was decided", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Reads files, so not on Swift's cooperative threads.
    private func checkCertificate() async {
        guard let signer = instruments.signer, let certificateWork else { return }
        let (now, logger) = (clock.now(), logger)
        await certificateWork.run { () throws(Never) in signer.check(at: now, logger: logger) }
    }

    /// Erases what is kept no longer than configured.
    ///
    /// - Parameter moment: what was kept until before it is erased; nil: until before now.
    func sweep(at moment: Instant? = nil) async throws(RecordsError) {
        let now = moment ?? clock.now()
        let texts = try await store.eraseTexts(expiredBefore: now)
        let pictures = try await store.closeDecisions(expiredBefore: now)
        let filedBefore = now.advanced(bySeconds: -configuration.contactDays * 86_400)
        let contacts = try await store.eraseContacts(before: filedBefore, at: now)
        if texts + pictures + contacts > 0 {
            logger.info(
                "let go of what decisions were about",
                metadata: ["texts": "\(texts)", "pictures": "\(pictures)", "contacts": "\(contacts)"]
            )
        }
    }

    /// A name for a decision, a work, an opt-out: whoever knows it may look at it, so nobody can guess it.
    static func name(_ kind: String) -> String { "\(kind)_\(RandomName.make())" }
}

extension RightsService.State {
    /// - Returns: what could not be understood.
    fileprivate mutating func apply(_ update: RightsUpdate) -> [String] {
        var problems: [String] = []
        for record in update.optOutEvents {
            do {
                let event = try JSONDecoder().decode(OptOutRegistry.Event.self, from: Data(record.event.utf8))
                // A clock that was set back does not undo what was decided.
                let latest = optOuts.entries[event.id]?.changedAt ?? .min
                try optOuts.apply(event, at: max(record.at.unixSeconds, latest))
            } catch {
                problems.append("\(error)")
            }
        }
        if !update.optOutEvents.isEmpty { optOutNames = OptOutSnapshot(optOuts) }
        if !update.works.isEmpty {
            worksVersion += 1
            clear = [:]
            for work in update.works { workChanges[work.id] = work.withdrawnAt == nil ? work.change : nil }
        }
        takenDown = update.takenDown
        cleared = update.cleared
        sequence = update.sequence
        return problems
    }
}

extension WorkRegistry {
    /// - Returns: what could not be understood.
    fileprivate mutating func apply(_ records: [WorkRecord]) -> [String] {
        var problems: [String] = []
        for record in records {
            do {
                if let known = self[record.id] {
                    guard let withdrawnAt = record.withdrawnAt, known.state == .registered else { continue }
                    // A clock that was set back does not keep a work that was withdrawn.
                    try withdraw(id: record.id, at: max(withdrawnAt.unixSeconds, known.registeredAt))
                } else if record.withdrawnAt == nil {
                    let claim = try JSONDecoder().decode(Claim.self, from: Data(record.claim.utf8))
                    let fingerprint = try WorkFingerprint(bytes: record.fingerprint)
                    try register(id: record.id, claim, fingerprint, at: record.registeredAt.unixSeconds)
                }
            } catch {
                problems.append("\(error)")
            }
        }
        return problems
    }
}

extension Instant {
    var unixSeconds: Int64 { microseconds / 1_000_000 }
}
