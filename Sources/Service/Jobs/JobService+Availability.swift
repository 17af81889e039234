internal import Logging
internal import Records
public import SurgeCore

/// Whether something new can be kept.
extension JobService {
    /// Why nothing new is accepted now; nil: it is, as far as keeping it goes.
    public var unavailability: Unavailability? {
        if unwritten.isHeldUp { return .endingsUnwritten }
        return keeping.reason
    }

    /// Why a request would be turned away before it is read; nil: it has to be read to know.
    ///
    /// - Parameter isNamed: it has an idempotency key, by which it could be known already.
    public func precheckAvailability(of account: AccountID, isNamed: Bool) -> Unavailability? {
        guard let reason = unavailability, !isNamed, !undelivered.hasAny(of: account) else { return nil }
        let own = accounts[account].flatMap { core.standing(of: $0.handle, at: clock.steady()) }
        // It could be a retry of a request whose job waits or runs.
        return own?.activeJobs ?? 0 == 0 ? reason : nil
    }

    /// Tries to write every few seconds: what only shows then keeps new work out, too, and not only ``ReadinessProbe``'s
    /// callers.
    func watchWriting() async {
        let check = WriteCheck(store: store, files: files)
        while !Task.isCancelled {
            note(writeProblem: await check.problems().first)
            try? await Task.sleep(for: .seconds(5))
        }
    }

    /// - Parameter problem: what a try to write has shown; nil: it went well.
    func note(writeProblem problem: Unavailability?) {
        let before = unavailability
        keeping.writeProblem = problem
        notifyAvailability(since: before)
    }

    /// Looks every second whether records and files are where they should be, with space to grow.
    func watchKeeping() async {
        while !Task.isCancelled {
            await lookAtKeeping()
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// A disk that hangs holds up this look and nothing else.
    func lookAtKeeping() async {
        let files = files
        let store = store
        let leastFreeBytes = configuration.leastFreeBytes
        let look = await keepingLooks.run { KeepingState.Look(at: files, store, leastFreeBytes: leastFreeBytes) }
        let before = unavailability
        keeping.note(look)
        recordsMetrics.measure(
            unwritten: unwritten.count,
            oldestSeconds: unwritten.oldestSeconds(at: clock.steady()),
            freeBytes: keeping.freeBytes,
            unavailability
        )
        notifyAvailability(since: before)
    }

    private func notifyAvailability(since before: Unavailability?) {
        let now = unavailability
        guard now != before else { return }
        if let now {
            logger.critical("nothing new is accepted", metadata: ["reason": "\(now.description)"])
        } else {
            logger.notice("new work is accepted again")
        }
    }
}

/// Whether records and files are where they should be, with space to grow.
struct KeepingState: Sendable {
    /// Why nothing can be kept; nil: it can.
    var reason: Unavailability? { placeProblem ?? writeProblem }
    /// What the last try to write has shown.
    var writeProblem: Unavailability?
    /// What a look at folder and disk has shown.
    private var placeProblem: Unavailability?
    private(set) var freeBytes: Int64?

    /// What is found at folder and disk.
    struct Look: Sendable {
        let problem: Unavailability?
        let freeBytes: Int64?

        /// Blocks for as long as the disk takes to answer.
        init(at files: FileStore, _ store: any RecordStore, leastFreeBytes: Int64) {
            let freeBytes = files.freeBytes
            self.freeBytes = freeBytes
            if !store.isInPlace || !files.isInPlace {
                problem = .recordsMoved
            } else if let freeBytes, freeBytes < leastFreeBytes {
                problem = .spaceLow
            } else {
                problem = nil
            }
        }
    }

    mutating func note(_ look: Look) { (placeProblem, freeBytes) = (look.problem, look.freeBytes) }
}
