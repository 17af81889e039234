import Testing

@testable import Inference

@Suite("Which compiled form of a graph to use")
struct ShapePlanTests {
    private static let profile = GraphProfile(staticBytesPerValue: 10, dynamicBytesPerValue: 5, hasDynamicShapes: true)

    private func shape(_ side: Int) -> [GraphShape] { [GraphShape(input: "image", dimensions: [side])] }

    private func makePlan(budget: Int) -> ShapePlan {
        ShapePlan(profile: Self.profile, budgetBytes: budget, precisionFactor: 1)
    }

    @Test("A shape that comes back gets its own form when there is room")
    func earnsForm() {
        var plan = makePlan(budget: 10_000)
        let forms = [100, 100, 101, 100, 101].map { plan.next(shape($0)).form }
        #expect(forms == [.any, .exact, .any, .exact, .exact])
    }

    @Test("Where something must make room, only a long streak earns a form")
    func respectsRoom() {
        var plan = makePlan(budget: 1_100)
        let forms = (0..<9).map { _ in plan.next(shape(100)) }
        #expect(forms.prefix(7).allSatisfy { $0.form == .any })
        #expect(forms[7] == ShapePlan.Decision(form: .exact, evicted: [], evictsAny: true))
        #expect(forms[8] == ShapePlan.Decision(form: .exact))
        let other = plan.next(shape(90))
        #expect(other == ShapePlan.Decision(form: .any, evicted: [shape(100)]))
    }

    @Test("Shapes that take turns never compile each other away")
    func doesNotThrash() {
        var plan = makePlan(budget: 1_100)
        let forms = (0..<40).map { plan.next(shape(100 + $0 % 2)) }
        #expect(forms.allSatisfy { $0 == ShapePlan.Decision(form: .any) })
    }

    @Test("A shape whose form does not fit the budget never gets one")
    func respectsBudget() {
        var plan = makePlan(budget: 999)
        let forms = (0..<20).map { _ in plan.next(shape(100)).form }
        #expect(Set(forms) == [.any])
    }

    @Test("A graph whose numbers must not depend on the traffic keeps one form for all shapes")
    func keepsOneForm() {
        let steady = GraphProfile(
            staticBytesPerValue: 10,
            dynamicBytesPerValue: 5,
            hasDynamicShapes: true,
            precision: .float32
        )
        var plan = ShapePlan(profile: steady, budgetBytes: 1_000_000, precisionFactor: 2)
        let decisions = (0..<20).map { plan.next(shape(100 + $0 / 10)) }
        #expect(decisions.allSatisfy { $0 == ShapePlan.Decision(form: .any) })
    }

    @Test("A graph of fixed shape has one form only")
    func fixedShapes() {
        let fixed = GraphProfile(staticBytesPerValue: 10, dynamicBytesPerValue: 5, hasDynamicShapes: false)
        var plan = ShapePlan(profile: fixed, budgetBytes: 1, precisionFactor: 1)
        let decision = plan.next(shape(100))
        #expect(decision == ShapePlan.Decision(form: .exact))
    }
}
