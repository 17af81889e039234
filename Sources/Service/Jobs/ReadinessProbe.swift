internal import Foundation
public import Records
internal import SurgeCore

/// What keeps the server from taking work; nothing: it is ready.
public struct Readiness: Hashable, Sendable {
    public struct Problem: Hashable, Sendable {
        /// For programs.
        public let code: String
        /// For a person, with the remedy.
        public let message: String

        public init(code: String, message: String) {
            self.code = code
            self.message = message
        }

        init(_ reason: Unavailability) { self.init(code: reason.rawValue, message: reason.description) }
    }

    public let isStopping: Bool
    public let problems: [Problem]

    public var isReady: Bool { !isStopping && problems.isEmpty }
}

/// Finds out whether the server could keep and paint a job: it makes a change in the records and writes a file.
///
/// Every request is answered within ``boundSeconds``, also when the disk is not. An answer is good for ``validSeconds``, so
/// that asking often costs nothing.
public actor ReadinessProbe {
    static let boundSeconds = 2.0
    static let validSeconds = 1.0

    private let service: JobService
    private let check: WriteCheck
    private let clock: any TimeSource
    private let certificate: @Sendable () -> Readiness.Problem?

    private var found: [Readiness.Problem] = []
    private var foundAt: Instant?
    private var isLooking = false
    private var waiters: [UUID: CheckedContinuation<Void, Never>] = [:]

    /// - Parameter certificate: what is wrong with the certificate that signs pictures; nil: nothing is.
    public init(
        service: JobService,
        store: any RecordStore,
        files: FileStore,
        clock: any TimeSource,
        certificate: @escaping @Sendable () -> Readiness.Problem? = { nil }
    ) {
        self.service = service
        check = WriteCheck(store: store, files: files)
        self.clock = clock
        self.certificate = certificate
    }

    public func readiness() async -> Readiness {
        if await service.isStopping { return Readiness(isStopping: true, problems: []) }
        var problems: [Readiness.Problem] = []
        // First, for the service learns from it, too.
        let written = await writing()
        if let reason = await service.unavailability { problems.append(Readiness.Problem(reason)) }
        for problem in written where !problems.contains(problem) { problems.append(problem) }
        for model in await service.modelsWithoutWorker() {
            problems.append(
                Readiness.Problem(
                    code: "no_worker",
                    message: "the model \(model) has no active worker; resume a drained worker on /ops"
                )
            )
        }
        if let problem = certificate() { problems.append(problem) }
        return Readiness(isStopping: false, problems: problems)
    }

    /// What a try to write has shown.
    private func writing() async -> [Readiness.Problem] {
        if let foundAt, !isLooking, clock.steady().seconds(since: foundAt) < Self.validSeconds { return found }
        if !isLooking {
            isLooking = true
            Task { await self.look() }
        }
        let name = UUID()
        await withCheckedContinuation { continuation in
            waiters[name] = continuation
            Task {
                try? await Task.sleep(for: .seconds(Self.boundSeconds))
                self.release(name)
            }
        }
        // Nothing has come back: that is an answer, too.
        return isLooking ? [Readiness.Problem(.recordsUnwritable)] : found
    }

    private func look() async {
        let problems = await check.problems()
        await service.note(writeProblem: problems.first)
        (found, foundAt, isLooking) = (problems.map(Readiness.Problem.init), clock.steady(), false)
        for name in Array(waiters.keys) { release(name) }
    }

    private func release(_ name: UUID) { waiters.removeValue(forKey: name)?.resume() }
}

extension JobService {
    /// Models for which there is no worker that takes anything new.
    func modelsWithoutWorker() -> [String] {
        let working = core.fleet(at: clock.steady()).filter { !$0.isDraining }
        let served = Set(working.flatMap(\.models))
        return core.configuration.models.map(\.name).filter { !served.contains($0) }
    }
}
