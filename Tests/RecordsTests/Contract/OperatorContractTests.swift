import Records
import SurgeCore
import TestKit
import Testing

extension RecordStoreContractTests {
    private func action(_ world: StoreWorld, _ target: String) -> AuditRecord {
        AuditRecord(
            at: world.clock.now(),
            account: world.yours,
            name: "op",
            action: "pause",
            target: target,
            detail: ["minutes": "5"],
            reason: "maintenance"
        )
    }

    @Test("An account is an operator's as long as that is said of it", arguments: StoreKind.allCases)
    func knowsOperators(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        #expect(try await !store.hasOperator())
        try await store.setOperator(world.yours, true)
        #expect(try await store.hasOperator())
        #expect(try await store.account(world.yours)?.isOperator == true)
        try await store.setOperator(world.yours, false)
        #expect(try await !store.hasOperator())
    }

    @Test(
        "What operators do is numbered upwards, listed newest first, and in the ledger",
        arguments: StoreKind.allCases
    )
    func keepsActions(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        var numbers: [Int64] = []
        for target in ["free", "meadow"] { numbers.append(try await store.append(action(world, target)).id) }
        #expect(numbers == [1, 2])
        #expect(try await store.audit(limit: 10).map(\.target) == ["meadow", "free"])
        let newest = try #require(try await store.audit(limit: 1).first)
        #expect(newest.id == 2 && newest.detail == ["minutes": "5"] && newest.reason == "maintenance")
        let entry = try #require(try await store.ledger(before: nil, limit: 1).first)
        #expect(entry.kind == "lever.pause" && entry.subject == "meadow" && entry.actor == world.yours.rawValue)
        #expect(entry.details["setting.minutes"] == "5" && entry.details["reason"] == "maintenance")
        #expect(try await world.isLedgerWhole())
    }

    @Test("What is put off stays so until it is taken back", arguments: StoreKind.allCases)
    func keepsHolds(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, now) = (world.store, world.clock.now())
        let plan = HoldRecord(kind: .plan, target: "free", until: world.later(60))
        let model = HoldRecord(kind: .model, target: "meadow", until: world.later(60))
        for hold in [plan, model] { try await store.set(hold, at: now) }
        #expect(try await store.holds() == [model, plan])
        let longer = HoldRecord(kind: .plan, target: "free", until: world.later(90))
        try await store.set(longer, at: now)
        #expect(try await store.holds() == [model, longer])
        try await store.set(HoldRecord(kind: .plan, target: "free", until: now), at: now)
        #expect(try await store.holds() == [model])
        world.clock.advance(bySeconds: 61)
        #expect(try await store.holds() == [model], "also one whose time is over")
    }
}
