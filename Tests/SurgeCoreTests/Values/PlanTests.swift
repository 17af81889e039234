import Testing

@testable import SurgeCore

@Suite("Plans")
struct PlanTests {
    private static let nonsense: [@Sendable (inout Plan) -> Void] = [
        { $0.name = "" }, { $0.weight = 0 }, { $0.weight = .nan }, { $0.picturesPerSecond = -1 },
        { $0.patienceSeconds = .infinity }, { $0.targetDelaySeconds = 0 }, { $0.horizonSeconds = -3 },
        { $0.burst = 0 }, { $0.mostActiveJobs = 0 }, { $0.dailyAllowance = -1 }, { $0.floorQuality = 1.1 },
        { $0.floorQuality = .nan }, { $0.ceilingQuality = -0.1 }, { $0.priceMillicredits = -1 },
        { ($0.floorQuality, $0.ceilingQuality) = (0.8, 0.7) },
    ]

    @Test("A figure that makes no sense is named", arguments: nonsense.indices)
    func refusesNonsense(place: Int) {
        var plan = Plan(name: "free")
        #expect(plan.problem == nil)
        Self.nonsense[place](&plan)
        #expect(plan.problem != nil)
    }

    @Test("What a team starts with makes sense")
    func defaultsAreSound() {
        #expect(Plan.defaults.allSatisfy { $0.problem == nil })
        #expect(Set(Plan.defaults.map(\.name)).count == Plan.defaults.count)
    }
}
