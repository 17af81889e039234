internal import Records
internal import SurgeCore

/// Which account is which in the core, and what of its records the core was told.
struct AccountDirectory: Sendable {
    struct Entry: Sendable {
        let handle: AccountHandle
        var plan: String
        var dailyAllowance: Int?
        var grantedMillicredits: Int?
    }

    private var entries: [AccountID: Entry] = [:]
    private let planIndices: [String: PlanIndex]

    init(plans: [Plan]) {
        planIndices = Dictionary(plans.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
    }

    subscript(_ account: AccountID) -> Entry? { entries[account] }

    mutating func remove(_ account: AccountID) -> Entry? { entries.removeValue(forKey: account) }

    /// The plan of an account. One that is configured no more counts as the first, which is the least.
    func plan(_ name: String) -> PlanIndex { planIndices[name] ?? 0 }

    /// Opens an account in the core.
    mutating func open(
        _ account: Account,
        usedToday: Int,
        in core: inout Scheduler,
        at now: Instant
    ) -> AccountHandle {
        let kept = Recovery.KeptAccount(
            plan: plan(account.plan),
            dailyAllowance: account.dailyAllowance,
            deliveredToday: usedToday,
            grantedMillicredits: account.grantedMillicredits,
            spentMillicredits: account.spentMillicredits
        )
        let handle = core.open(kept.profile, at: now)
        entries[account.id] = Entry(
            handle: handle,
            plan: account.plan,
            dailyAllowance: account.dailyAllowance,
            grantedMillicredits: account.grantedMillicredits
        )
        return handle
    }

    /// Tells the core what has changed in an account's records since it was opened.
    mutating func refresh(_ account: Account, in core: inout Scheduler) {
        guard let entry = entries[account.id] else { return }
        let isSame =
            entry.plan == account.plan && entry.dailyAllowance == account.dailyAllowance
            && entry.grantedMillicredits == account.grantedMillicredits
        if isSame { return }
        // What was spent is known to the core already: only what was given since is new.
        let added = account.grantedMillicredits.map { granted in
            Int64(granted) - Int64(entry.grantedMillicredits ?? account.spentMillicredits)
        }
        core.update(
            entry.handle,
            plan: plan(account.plan),
            dailyAllowance: account.dailyAllowance,
            addedMillicredits: added
        )
        entries[account.id]?.plan = account.plan
        entries[account.id]?.dailyAllowance = account.dailyAllowance
        entries[account.id]?.grantedMillicredits = account.grantedMillicredits
    }
}
