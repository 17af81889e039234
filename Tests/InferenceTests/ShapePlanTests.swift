import Testing

@testable import Inference

@Suite("Which compiled form of a graph to use")
struct ShapePlanTests {
    private static let profile = GraphProfile(staticBytesPerValue: 10, dynamicBytesPerValue: 5, hasDynamicShapes: true)

    private func shape(_ side: Int) -> [GraphShape] { [GraphShape(input: "image", dimensions: [side])] }

    private func makePlan(budget: Int) -> ShapePlan {
        ShapePlan(profile: Self.profile, budgetBytes: budget, precisionFactor: 1)
    }

    @Test("A shape earns its own form by coming back")
    func earnsForm() {
        var plan = makePlan(budget: 10_000)
        #expect(plan.next(shape(100)).form == .any)
        #expect(plan.next(shape(100)).form == .exact)
        #expect(plan.next(shape(101)).form == .any)
        #expect(plan.next(shape(100)).form == .exact)
    }

    @Test("A shape whose form does not fit the budget never gets one")
    func respectsBudget() {
        var plan = makePlan(budget: 999)
        for _ in 0..<5 { #expect(plan.next(shape(100)).form == .any) }
    }

    @Test("What was used longest ago makes room")
    func evicts() {
        var plan = makePlan(budget: 2_000)
        _ = plan.next(shape(100))
        _ = plan.next(shape(100))
        _ = plan.next(shape(90))
        let decision = plan.next(shape(90))
        #expect(decision.form == .exact)
        #expect(decision.releasesAny)
        let evicted = [plan.next(shape(80)), plan.next(shape(80))].flatMap(\.evicted)
        #expect(evicted == [shape(100)])
    }
}
