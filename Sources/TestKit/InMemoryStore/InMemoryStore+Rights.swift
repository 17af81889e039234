public import Records
public import SurgeCore

extension InMemoryStore {
    public func record(
        _ changes: [RightsChange],
        _ entries: [LedgerDraft],
        at now: Instant
    ) async throws(RecordsError) -> [LedgerRecord] {
        try change { state throws(RecordsError) in
            let added = try state.append(entries, at: now)
            let place = state.ledger.last?.sequence ?? 0
            for one in changes { try state.apply(one, place, at: now) }
            return added
        }
    }

    public func rightsUpdate(after sequence: Int64) async throws(RecordsError) -> RightsUpdate? {
        let state = current
        guard let last = state.ledger.last?.sequence, last > sequence else { return nil }
        let events = state.optOutEvents.filter { $0.key > sequence }.sorted { $0.key < $1.key }
        let works = state.works.values.filter { $0.change > sequence }
        return RightsUpdate(
            sequence: last,
            optOutEvents: events.map(\.value),
            works: works.sorted { ($0.change, $0.id) < ($1.change, $1.id) },
            takenDown: state.takenDown,
            cleared: state.cleared
        )
    }

    // MARK: The ledger

    public func ledger(after sequence: Int64, limit: Int) async throws(RecordsError) -> [LedgerRecord] {
        Array(current.ledger.filter { $0.sequence > sequence }.prefix(limit))
    }

    public func ledger(before sequence: Int64?, limit: Int) async throws(RecordsError) -> [LedgerRecord] {
        Array(current.ledger.reversed().filter { $0.sequence < sequence ?? .max }.prefix(limit))
    }

    // MARK: Decisions

    public func decision(_ id: String) async throws(RecordsError) -> DecisionRecord? { current.decisions[id] }

    public func heldDecisions(limit: Int) async throws(RecordsError) -> [DecisionRecord] {
        let held = current.decisions.values.filter { $0.state == .held }
        return Array(held.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.prefix(limit))
    }

    public func appeal(of decision: String) async throws(RecordsError) -> AppealRecord? { current.appeals[decision] }

    public func openAppeals(limit: Int) async throws(RecordsError) -> [AppealRecord] {
        let open = current.appeals.values.filter { $0.state == .open }
        return Array(open.sorted { ($0.at, $0.decision) < ($1.at, $1.decision) }.prefix(limit))
    }

    public func text(ofDecision id: String, at now: Instant) async throws(RecordsError) -> DecisionText? {
        current.texts[id].flatMap { $0.expiresAt > now ? $0 : nil }
    }

    public func contact(ofOptOut id: String) async throws(RecordsError) -> String? {
        current.optOutContacts[id]?.contact
    }

    // MARK: Erasing

    public func eraseTexts(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try change { state throws(RecordsError) in
            let before = state.texts.count
            state.texts = state.texts.filter { $0.value.expiresAt >= now }
            let erased = before - state.texts.count
            if erased > 0 {
                let entry = LedgerDraft("text.erased", subject: "", detail: ["texts": String(erased)])
                _ = try state.append([entry], at: now)
            }
            return erased
        }
    }

    public func eraseContacts(before moment: Instant, at now: Instant) async throws(RecordsError) -> Int {
        try change { state throws(RecordsError) in
            var erased = 0
            for appeal in state.appeals.values where appeal.contact != nil && appeal.at < moment {
                state.appeals[appeal.decision] = appeal.withoutContact
                erased += 1
            }
            let before = state.optOutContacts.count
            state.optOutContacts = state.optOutContacts.filter { $0.value.at >= moment }
            erased += before - state.optOutContacts.count
            if erased > 0 {
                let entry = LedgerDraft("contact.erased", subject: "", detail: ["contacts": String(erased)])
                _ = try state.append([entry], at: now)
            }
            return erased
        }
    }

    public func closeDecisions(expiredBefore now: Instant) async throws(RecordsError) -> Int {
        try change { state throws(RecordsError) in
            let over = state.decisions.values.filter { $0.expiresAt < now }.sorted { $0.id < $1.id }
            let entries = over.filter { $0.state == .held }
                .map { LedgerDraft("review.expired", subject: LedgerDraft.subject(ofSecret: $0.id)) }
            _ = try state.append(entries, at: now)
            let closed = over.filter { $0.digest != nil && ($0.state == .held || $0.state == .released) }
            for decision in closed { state.decisions[decision.id] = decision.withoutPicture }
            return closed.count
        }
    }
}

extension InMemoryStore.State {
    /// Adds to the end of the ledger.
    mutating func append(_ drafts: [LedgerDraft], at now: Instant) throws(RecordsError) -> [LedgerRecord] {
        var added: [LedgerRecord] = []
        for draft in drafts {
            let last = ledger.last.map { (sequence: $0.sequence, hash: $0.hash) }
            do {
                let entry = try LedgerRecord(draft, after: last, at: now)
                ledger.append(entry)
                added.append(entry)
            } catch {
                throw .database(reason: "\(error)")
            }
        }
        return added
    }

    /// - Parameter place: the entry of the ledger that comes with the change.
    mutating func apply(_ change: RightsChange, _ place: Int64, at now: Instant) throws(RecordsError) {
        switch change {
        case .decide(let decision): try Self.insert(decision, as: decision.id, into: &decisions)
        case .keep(let text):
            try requireDecision(text.decision)
            try Self.insert(text, as: text.decision, into: &texts)
        case .change(let id, let state):
            decisions[id]?.state = state
            decisions[id]?.changedAt = now
        case .appeal(let appeal):
            try requireDecision(appeal.decision)
            try Self.insert(appeal, as: appeal.decision, into: &appeals)
        case .answer(let id, let state, let answer):
            appeals[id]?.state = state
            appeals[id]?.decidedAt = now
            appeals[id]?.answer = answer
        case .optOut(let event):
            guard optOutEvents[place] == nil else { throw .database(reason: "entry \(place) has an event already") }
            optOutEvents[place] = OptOutEventRecord(at: now, event: event)
        case .optOutContact(let id, let contact):
            let new = InMemoryStore.OptOutContact(contact: contact, at: now)
            try Self.insert(new, as: id, into: &optOutContacts)
        case .register(let work):
            let new = work.with(fingerprint: work.fingerprint, withdrawnAt: nil, change: place)
            try Self.insert(new, as: work.id, into: &works)
        case .withdraw(let id):
            guard let work = works[id], work.withdrawnAt == nil else { return }
            works[id] = work.with(fingerprint: [], withdrawnAt: now, change: place)
        case .takeDown(let digest, let decision): takenDown[digest] = takenDown[digest] ?? decision
        case .restore(let decision): takenDown = takenDown.filter { $0.value != decision }
        case .clear(let digest): cleared[digest] = place
        }
    }

    private func requireDecision(_ id: String) throws(RecordsError) {
        guard decisions[id] != nil else { throw .database(reason: "there is no decision '\(id)'") }
    }
}

extension DecisionRecord {
    /// The decision of somebody who has left.
    var withoutAccount: DecisionRecord { with(state: state, account: nil, digest: digest, picture: picture) }

    /// The decision when its picture is not kept any more: a held one stays refused.
    fileprivate var withoutPicture: DecisionRecord {
        with(state: state == .held ? .refused : state, account: account, digest: nil, picture: nil)
    }

    private func with(
        state: State,
        account: AccountID?,
        digest: String?,
        picture: PictureRecord?
    ) -> DecisionRecord {
        var changed = DecisionRecord(
            id: id,
            kind: kind,
            state: state,
            at: at,
            policy: policy,
            rule: rule,
            reason: reason,
            account: account,
            job: job,
            digest: digest,
            picture: picture,
            expiresAt: expiresAt
        )
        changed.changedAt = changedAt
        return changed
    }
}

extension AppealRecord {
    fileprivate var withoutContact: AppealRecord {
        var changed = AppealRecord(decision: decision, at: at, text: text, contact: nil)
        changed.state = state
        changed.decidedAt = decidedAt
        changed.answer = answer
        return changed
    }
}

extension WorkRecord {
    fileprivate func with(fingerprint: [UInt8], withdrawnAt: Instant?, change: Int64) -> WorkRecord {
        WorkRecord(
            id: id,
            claim: claim,
            fingerprint: fingerprint,
            registeredAt: registeredAt,
            withdrawnAt: withdrawnAt,
            change: change
        )
    }
}
