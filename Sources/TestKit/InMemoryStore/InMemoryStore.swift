public import Records
public import SurgeCore
internal import Synchronization

/// A record store that keeps everything in memory, for tests that need records and no disk.
///
/// It passes the same contract as `SQLiteStore` (`RecordStoreContractTests`). Every method takes one lock, and a change
/// that fails changes nothing. It searches through arrays, so it is for some hundred records, not for measurements.
public final class InMemoryStore: RecordStore {
    private let state = Mutex(State())

    public init() {}

    /// The records as they are now.
    var current: State { state.withLock { $0 } }

    /// Makes a change as a whole, or not at all.
    func change<Value: Sendable>(
        _ body: (inout State) throws(RecordsError) -> Value
    ) throws(RecordsError) -> Value {
        let result = state.withLock { state in
            Result { () throws(RecordsError) -> Value in
                var changed = state
                let value = try body(&changed)
                state = changed
                return value
            }
        }
        return try result.get()
    }

    public func check() async throws(RecordsError) {}

    public var isInPlace: Bool { true }

    public func prune(_ retention: Retention, at now: Instant) async throws(RecordsError) -> PrunedRecords {
        func before(_ days: Double) -> Instant { now.advanced(bySeconds: -days * 86_400) }
        return try change { state in
            var pruned = PrunedRecords()
            pruned.settlements = state.sumUp(settledBefore: before(retention.settlementDays).day)
            pruned.decisions = state.forget(decidedBefore: before(retention.decisionDays))
            pruned.keys = state.forget(keysRevokedBefore: before(retention.revokedKeyDays))
            let oldMade = state.made.values.filter { $0.at < before(retention.madeDays) }
            for made in oldMade { state.made[made.digest] = nil }
            pruned.made = oldMade.count
            let guests = state.accounts.values.filter { $0.createdAt < before(1) && state.isAbandonedGuest($0) }
            for guest in guests { state.accounts[guest.id] = nil }
            pruned.guests = guests.count
            return pruned
        }
    }
}

extension InMemoryStore {
    /// All records, as one value.
    struct State: Sendable {
        var accounts: [AccountID: Account] = [:]
        var planOverrides: [String: PlanOverride] = [:]
        /// Keys and sessions, by digest.
        var keys: [String: KeyRecord] = [:]
        var passkeys: [String: PasskeyRecord] = [:]
        /// In the order of acceptance.
        var jobs: [JobRecord] = []
        var settlements: [JobSettlement] = []
        /// Delivered pictures of settlements that were summed up.
        var summedPictures: [AccountDay: Int] = [:]
        var made: [String: MadeRecord] = [:]
        var shares: [String: ShareRecord] = [:]
        var ledger: [LedgerRecord] = []
        var decisions: [String: DecisionRecord] = [:]
        var texts: [String: DecisionText] = [:]
        var appeals: [String: AppealRecord] = [:]
        /// By the entry of the ledger that came with each.
        var optOutEvents: [Int64: OptOutEventRecord] = [:]
        var optOutContacts: [String: OptOutContact] = [:]
        var works: [String: WorkRecord] = [:]
        /// The decision by which each file was taken down.
        var takenDown: [String: String] = [:]
        /// The entry of the ledger at which each upload was cleared.
        var cleared: [String: Int64] = [:]
        var audit: [AuditRecord] = []
        var holds: [HoldRecord] = []
    }

    struct JobSettlement: Sendable {
        let job: JobID
        let account: AccountID
        let status: JobStatus
        let pictures: Int
        let day: Int
    }

    struct AccountDay: Hashable, Sendable {
        let account: AccountID
        let day: Int
    }

    struct OptOutContact: Sendable {
        let contact: String
        let at: Instant
    }
}

extension InMemoryStore.State {
    /// Adds a record under a name that must be free.
    static func insert<Record>(
        _ record: Record,
        as name: String,
        into records: inout [String: Record]
    ) throws(RecordsError) {
        guard records[name] == nil else { throw .database(reason: "'\(name)' is there already") }
        records[name] = record
    }

    func requireAccount(_ account: AccountID) throws(RecordsError) {
        guard accounts[account] != nil else { throw .database(reason: "there is no account '\(account)'") }
    }

    /// Whether an account is a guest's of whom nothing is left.
    func isAbandonedGuest(_ account: Account) -> Bool {
        guard account.isGuest else { return false }
        if keys.values.contains(where: { $0.account == account.id }) { return false }
        if passkeys.values.contains(where: { $0.account == account.id }) { return false }
        if shares.values.contains(where: { $0.account == account.id }) { return false }
        return !jobs.contains { $0.account == account.id }
    }

    mutating func sumUp(settledBefore day: Int) -> Int {
        let kept = Set(jobs.map(\.id))
        let old = settlements.filter { $0.day < day && !kept.contains($0.job) }
        for settlement in old where settlement.status == .completed {
            let key = InMemoryStore.AccountDay(account: settlement.account, day: settlement.day)
            summedPictures[key, default: 0] += settlement.pictures
        }
        settlements.removeAll { $0.day < day && !kept.contains($0.job) }
        return old.count
    }

    mutating func forget(decidedBefore moment: Instant) -> Int {
        let inForce = Set(takenDown.values)
        let old = decisions.values.filter { decision in
            guard decision.changedAt < moment, !inForce.contains(decision.id) else { return false }
            if appeals[decision.id]?.state == .open { return false }
            switch decision.state {
            case .refused, .overturned: return true
            case .released: return decision.digest == nil
            case .held, .takenDown: return false
            }
        }
        for decision in old {
            decisions[decision.id] = nil
            texts[decision.id] = nil
            appeals[decision.id] = nil
        }
        return old.count
    }

    /// With the sessions that were made from them.
    mutating func forget(keysRevokedBefore moment: Instant) -> Int {
        let old = keys.values.filter { key in
            guard let revokedAt = key.revokedAt else { return false }
            return key.session == nil && revokedAt < moment
        }
        let digests = Set(old.map(\.digest))
        keys = keys.filter { digest, key in
            guard !digests.contains(digest) else { return false }
            return key.session?.parent.map { !digests.contains($0) } ?? true
        }
        return old.count
    }
}
