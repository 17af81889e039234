internal import Inference
internal import Logging
public import Records
internal import SurgeCore

/// What operators do: each written down with its reason before it takes effect.
extension JobService {
    /// Performs an action of an operator.
    ///
    /// - Returns: the entry of the audit.
    public func perform(
        _ action: OperatorAction,
        by account: Account,
        reason: String
    ) async throws(OperatorActionError) -> AuditRecord {
        try check(action)
        let now = clock.now()
        let entry: AuditRecord
        do {
            entry = try await store.append(
                AuditRecord(
                    at: now,
                    account: account.id,
                    name: account.name,
                    action: action.kind,
                    target: action.target,
                    detail: action.detail,
                    reason: reason
                )
            )
            switch action {
            case .plan(let name, let settings):
                try await store.setPlanOverride(PlanOverride(plan: name, settings: settings), at: now)
                await readPlanOverrides()
            case .deferral(let name, let minutes): try await hold(.plan, name, minutes)
            case .pause(let name, let minutes): try await hold(.model, name, minutes)
            case .drain(let name, let isDraining): drain(name, isDraining)
            }
        } catch {
            throw .records(error)
        }
        logger.notice(
            "operator action",
            metadata: ["action": "\(action.kind)", "target": "\(action.target)", "account": "\(account.id)"]
        )
        act()
        return entry
    }

    private func check(_ action: OperatorAction) throws(OperatorActionError) {
        switch action {
        case .plan(let name, let settings):
            let plan = try plan(name)
            var changed = plan
            for (key, text) in settings.sorted(by: { $0.key < $1.key }) {
                guard let field = PlanSettings.Field(rawValue: key), field.canChangeWhileRunning else {
                    let known = PlanSettings.Field.allCases.filter(\.canChangeWhileRunning).map(\.rawValue)
                    throw .unknown(what: "setting that can change while the server runs", name: key, known: known)
                }
                if let problem = PlanSettings.set(field, to: text, of: &changed) {
                    throw .setting(name: key, problem: problem)
                }
            }
            if let problem = changed.problem { throw .setting(name: name, problem: problem) }
        case .deferral(let name, _): _ = try plan(name)
        case .pause(let name, _):
            guard catalogue.index(of: name) != nil else {
                throw .unknown(what: "model", name: name, known: catalogue.ids)
            }
        case .drain(let name, _):
            let known = core.fleet(at: clock.steady()).map(\.name)
            guard known.contains(name) else { throw .unknown(what: "worker", name: name, known: known) }
        }
    }

    private func plan(_ name: String) throws(OperatorActionError) -> Plan {
        guard let plan = configuration.plans.first(where: { $0.name == name }) else {
            throw .unknown(what: "plan", name: name, known: configuration.plans.map(\.name))
        }
        return plan
    }

    private func hold(_ kind: HoldRecord.Kind, _ target: String, _ minutes: Int) async throws(RecordsError) {
        let now = clock.now()
        let hold = HoldRecord(kind: kind, target: target, until: now.advanced(bySeconds: Double(minutes) * 60))
        try await store.set(hold, at: now)
        apply(hold)
    }

    /// Tells the core of a hold, or of its end.
    private func apply(_ hold: HoldRecord) {
        let now = clock.steady()
        let plan = hold.kind == .plan ? configuration.plans.firstIndex { $0.name == hold.target } : nil
        let model = hold.kind == .model ? catalogue.index(of: hold.target) : nil
        guard plan != nil || model != nil else { return }
        let until = clock.steady(hold.until)
        if until > now {
            core.hold(plan: plan, model: model, until: until, at: now)
        } else {
            core.release(plan: plan, model: model, at: now)
        }
    }

    /// What was put off before a restart stays put off.
    func recoverHolds() async throws(RecordsError) {
        for hold in try await store.holds() where hold.until > clock.now() { apply(hold) }
    }

    private func drain(_ name: String, _ isDraining: Bool) {
        for worker in core.fleet(at: clock.steady()) where worker.name == name {
            if isDraining { core.drain(worker.handle) } else { core.undrain(worker.handle) }
        }
    }
}
