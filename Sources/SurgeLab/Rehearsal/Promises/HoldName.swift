internal import SurgeCore

/// What an operator has named: a plan, a model, a plan's work for a model, or (nil twice) everything.
struct HoldName: Hashable, Sendable {
    var plan: Int?
    var model: Int?

    func covers(_ plan: Int, _ model: Int) -> Bool { self.plan ?? plan == plan && self.model ?? model == model }

    /// Mostly a plan or a model; now and then both, neither, or one that there is not.
    static func drawn(_ configuration: Scheduler.Configuration, _ below: (Int) -> Int) -> HoldName {
        let (plans, models) = (configuration.plans.count, configuration.models.count)
        let kind = below(16)
        let plan = kind == 0 ? plans : below(plans)
        let model = kind == 1 ? -1 : below(models)
        return switch kind {
        case 2: HoldName()
        case 3...5: HoldName(plan: plan, model: model)
        case 0, 6...11: HoldName(plan: plan)
        default: HoldName(model: model)
        }
    }
}
