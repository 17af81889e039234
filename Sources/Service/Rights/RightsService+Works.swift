internal import Foundation
public import Imaging
internal import PromptPolicy
public import Records
public import SurgeCore
internal import Synchronization
public import WorkRegistry

/// Right holders' works, and pictures that were taken down.
extension RightsService {
    /// In the order in which they were registered.
    public var works: [RegisteredWork] { registry.withLock { $0.works } }

    /// How many are compared with.
    public var registeredWorkCount: Int { state.withLock { $0.registeredWorkCount } }

    /// Registers a work.
    ///
    /// - Parameter picture: what it looks like; only its fingerprints are kept.
    public func register(
        _ claim: WorkRegistry.Claim,
        _ picture: Raster,
        by account: Account?,
        _ blocking: BlockingWork
    ) async throws(RightsError) -> RegisteredWork {
        let (work, change) = try await registration(claim, picture, blocking)
        let detail = ["title": claim.title, "right_holder": claim.rightHolder]
        let entry = LedgerDraft("work.registered", subject: work, actor: account?.id.rawValue ?? "", detail: detail)
        try await self.change([change], [entry])
        return try self.work(work)
    }

    public func withdraw(work id: String, by account: Account?) async throws(RightsError) -> RegisteredWork {
        guard try work(id).state == .registered else {
            throw .notPossible(code: "already_withdrawn", problem: "the work was withdrawn already")
        }
        let entry = LedgerDraft("work.withdrawn", subject: id, actor: account?.id.rawValue ?? "")
        try await change([.withdraw(work: id)], [entry])
        return try work(id)
    }

    private func work(_ id: String) throws(RightsError) -> RegisteredWork {
        guard let work = registry.withLock({ $0[id] }) else { throw .notFound("work") }
        return work
    }

    private func registration(
        _ claim: WorkRegistry.Claim,
        _ picture: Raster,
        _ blocking: BlockingWork
    ) async throws(RightsError) -> (id: String, change: RightsChange) {
        let fingerprint: WorkFingerprint
        do {
            fingerprint = try await blocking.run { () throws(FingerprintError) in
                try WorkFingerprint(rgb: picture.bytes, width: picture.size.width, height: picture.size.height)
            }
        } catch {
            throw .invalid(field: "image", problem: "\(error)")
        }
        let id = Self.name("wrk")
        let now = clock.now()
        // Tried first, on a registry of its own: the checks are the registry's.
        var trial = WorkRegistry()
        do throws(WorkRegistryError) {
            try trial.register(id: id, claim, fingerprint, at: now.unixSeconds)
        } catch {
            throw RightsError(error)
        }
        guard let text = try? JSONEncoder().encode(claim) else {
            throw .records(.database(reason: "a work's claim cannot be written"))
        }
        let record = WorkRecord(
            id: id,
            claim: String(decoding: text, as: UTF8.self),
            fingerprint: fingerprint.bytes,
            registeredAt: now
        )
        return (id, .register(record))
    }

    // MARK: Taking down

    /// What is to be taken down: everything that is the same picture goes with it.
    public enum Target: Hashable, Sendable {
        case file(digest: String)
        case share(String)
        case mark(UInt64)
        case job(JobID, picture: Int)
    }

    public struct Takedown: Hashable, Sendable {
        public let decision: String
        /// Files.
        public let pictures: Int
        public let shares: Int
        /// The work that it is registered as now, so that it is not painted again.
        public let work: String?
    }

    /// Takes a delivered picture down: from here on its links answer that it was, and by what decision.
    ///
    /// - Parameter rightHolder: whose work it copies; nil: the operator's own decision.
    public func takeDown(
        _ target: Target,
        reason: String,
        rightHolder: String?,
        registers: Bool,
        by account: Account,
        _ blocking: BlockingWork
    ) async throws(RightsError) -> Takedown {
        let found = try await find(target)
        let digests = found.digests.filter { takedown(of: $0) == nil }
        guard !digests.isEmpty else {
            throw .notPossible(code: "already_taken_down", problem: "the picture was taken down already")
        }
        let shares: [ShareRecord]
        do throws(RecordsError) {
            shares = try await store.shares(showing: digests)
        } catch {
            throw .records(error)
        }
        let registration = registers ? try await register(digests, rightHolder, reason, blocking) : nil
        let now = clock.now()
        let decision = DecisionRecord(
            id: Self.name("dec"),
            kind: .takedown,
            state: .takenDown,
            at: now,
            policy: instruments.policy.name,
            rule: registration?.id,
            reason: reason,
            account: found.account ?? shares.first?.account,
            job: found.job ?? shares.first?.job,
            digest: digests.first,
            expiresAt: now
        )
        var entries = [
            LedgerDraft(
                "takedown",
                subject: LedgerDraft.subject(ofSecret: decision.id),
                actor: account.id.rawValue,
                detail: [
                    "reason": reason, "right_holder": rightHolder ?? "", "sha256": digests.joined(separator: " "),
                ]
            )
        ]
        if let registration {
            entries.append(LedgerDraft("work.registered", subject: registration.id, actor: account.id.rawValue))
        }
        let changes: [RightsChange] =
            [.decide(decision)] + digests.map { .takeDown(digest: $0, decision: decision.id) }
            + (registration.map { [$0.change] } ?? [])
        try await change(changes, entries)
        return Takedown(
            decision: decision.id,
            pictures: digests.count,
            shares: shares.count,
            work: registration?.id
        )
    }

    /// The picture as a work; nil when its file is gone already or it is too plain to be told from others.
    private func register(
        _ digests: [String],
        _ rightHolder: String?,
        _ reason: String,
        _ blocking: BlockingWork
    ) async throws(RightsError) -> (id: String, change: RightsChange)? {
        var found: Raster?
        for digest in digests where found == nil {
            found = try? await blocking.decode(.file(files.path(of: digest)), .fitting(1_024), by: decoder)
        }
        guard let picture = found else { return nil }
        let claim = WorkRegistry.Claim(
            rightHolder: rightHolder ?? "the operator",
            title: "Taken down: \(digests.first?.prefix(12) ?? "")",
            evidence: reason
        )
        do {
            return try await registration(claim, picture, blocking)
        } catch {
            if case .invalid(field: "image", _) = error { return nil }
            throw error
        }
    }

    private struct Found {
        var digests: [String]
        var account: AccountID?
        var job: JobID?
    }

    /// All files of the picture: those that carry the same mark are the same picture.
    private func find(_ target: Target) async throws(RightsError) -> Found {
        do {
            var found: Found
            switch target {
            case .file(let digest):
                let isHere = try await store.made(digest) != nil || files.size(of: digest) != nil
                found = Found(digests: isHere ? [digest] : [])
            case .share(let id):
                let share = try await store.share(id, at: clock.now())
                found = Found(
                    digests: share.map { [$0.picture.digest] } ?? [],
                    account: share?.account,
                    job: share?.job
                )
            case .mark(let mark): found = Found(digests: try await store.made(mark: mark).map(\.digest))
            case .job(let id, let index):
                let job = try await store.job(id)
                let pictures = job?.pictures ?? []
                found = Found(
                    digests: pictures.indices.contains(index) ? [pictures[index].digest] : [],
                    account: job?.account,
                    job: job?.id
                )
            }
            for digest in found.digests {
                guard let mark = try await store.made(digest)?.mark else { continue }
                found.digests += try await store.made(mark: mark).map(\.digest)
            }
            found.digests = Array(Set(found.digests)).sorted()
            guard !found.digests.isEmpty else { throw RightsError.notFound("picture") }
            return found
        } catch {
            throw RightsError(error)
        }
    }
}

extension RightsError {
    fileprivate init(_ error: WorkRegistryError) {
        switch error {
        case .missing(let field), .tooLong(let field, _): self = .invalid(field: field, problem: error.description)
        case .tooPlain: self = .invalid(field: "image", problem: error.description)
        case .unknown: self = .notFound("work")
        default: self = .notPossible(code: "not_possible", problem: error.description)
        }
    }
}
