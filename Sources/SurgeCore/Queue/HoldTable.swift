/// Until when work is put off, by what an operator has named: a plan, a model, a plan's work for a model, or everything.
///
/// Each of these is a hold of its own, so that ending one leaves the others as they are.
struct HoldTable: Sendable, Codable {
    private let planCount: Int
    private let modelCount: Int
    /// In microseconds, by plan and model; the last of each stands for all of them. nil: no hold.
    private var moments: [Int64?]

    init(planCount: Int, modelCount: Int) {
        self.planCount = planCount
        self.modelCount = modelCount
        moments = Array(repeating: nil, count: (planCount + 1) * (modelCount + 1))
    }

    /// The hold of this very name.
    subscript(plan: PlanIndex?, model: ModelIndex?) -> Int64? {
        get { moments[place(plan, model)] }
        set { moments[place(plan, model)] = newValue }
    }

    private func place(_ plan: PlanIndex?, _ model: ModelIndex?) -> Int {
        (plan ?? planCount) * (modelCount + 1) + (model ?? modelCount)
    }

    func covers(_ plan: PlanIndex?, _ model: ModelIndex?) -> Bool {
        (0..<planCount).contains(plan ?? 0) && (0..<modelCount).contains(model ?? 0)
    }

    /// When all holds that a plan, a model or one plan's work for one model is under have ended.
    func latest(_ plan: PlanIndex?, _ model: ModelIndex?) -> Int64? {
        [self[plan, model], self[plan, nil], self[nil, model], self[nil, nil]].compactMap(\.self).max()
    }

    /// - Returns: whether there was one to end.
    mutating func end(by now: Int64) -> Bool {
        var hasEnded = false
        for place in moments.indices {
            guard let moment = moments[place], moment <= now else { continue }
            moments[place] = nil
            hasEnded = true
        }
        return hasEnded
    }
}
