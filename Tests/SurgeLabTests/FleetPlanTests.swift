import Scenarios
import Testing

@testable import SurgeLab

@Suite("Planning a fleet")
struct FleetPlanTests {
    @Test(
        "Promises are understood as people write them",
        arguments: [
            ("free p90 under 10 minutes", ServicePromise.Clause.Figure.wait(share: 0.9, underSeconds: 600)),
            ("pro p99 under 30 s", .wait(share: 0.99, underSeconds: 30)),
            ("nobody refused", .refused(under: 0)),
            ("Everybody served above 99 %", .served(above: 0.99)),
            ("free quality above 0.8", .quality(above: 0.8)),
            ("free refused under 1%", .refused(under: 0.01)),
        ]
    )
    func understood(text: String, figure: ServicePromise.Clause.Figure) throws {
        let promise = try ServicePromise(text, plans: ["free", "pro"])
        #expect(promise.clauses.map(\.figure) == [figure])
    }

    @Test(
        "What is no promise is refused with the grammar",
        arguments: [
            "", "everybody happy", "gold p90 under 1 s", "free p90 under soon", "free p900 under 1 s",
            "free quality above 7",
        ]
    )
    func refused(text: String) {
        #expect(throws: ScenarioError.self) { try ServicePromise(text, plans: ["free", "pro"]) }
    }

    @Test("The smallest fleet keeps the promise, one smaller does not, and what binds is named")
    func smallest() async throws {
        let day = try LaboratoryTests.day(
            "{name: p, plan: free, members: 500, requests: {perSecond: 8}, client: {patience: 1min}}",
            lasts: "3min",
            count: 1
        )
        let text = "everybody p90 under 20 s, everybody quality above 0.7"
        let search = try FleetSearch(
            day,
            promise: ServicePromise(text, plans: ["free"]),
            scale: 1,
            mostDevices: 50,
            threads: 2
        )
        let plan = try await search.run(promiseText: text)
        let smallest = try #require(plan.smallest)
        // Eight a second at a quality of 0.7 cost 0.55 s each: 4.4 devices.
        #expect((5...7).contains(smallest))
        #expect(plan.trials.first { $0.devices == smallest }?.isKept == true)
        #expect(plan.trials.first { $0.devices == smallest - 1 }?.isKept == false)
        #expect(plan.binding == ["everybody quality above 0.7"])
        #expect(FleetPlanText.text(of: plan).contains("\(smallest) devices"))
    }

    @Test("A promise that no fleet keeps is said to be one")
    func impossible() async throws {
        let day = try LaboratoryTests.day("{name: p, plan: free, members: 5, requests: {perSecond: 1}}", lasts: "2min")
        let text = "everybody p50 under 100 ms"
        let search = try FleetSearch(
            day,
            promise: ServicePromise(text, plans: ["free"]),
            scale: 1,
            mostDevices: 4,
            threads: 1
        )
        let plan = try await search.run(promiseText: text)
        #expect(plan.smallest == nil)
        #expect(plan.binding == [text])
    }
}
