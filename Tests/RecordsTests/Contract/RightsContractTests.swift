import Records
import SurgeCore
import TestKit
import Testing

extension RecordStoreContractTests {
    @Test("The ledger is one chain, numbered from 1, whoever writes at the same time", arguments: StoreKind.allCases)
    func keepsOneChain(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        #expect(try await LedgerCheck.run(over: store).head == nil)
        let added = try await world.record([], "takedown", "work.registered")
        #expect(added.map(\.sequence) == [1, 2] && added[0].previous == LedgerRecord.origin)
        #expect(added[1].previous == added[0].hash)
        let now = world.clock.now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let entry = LedgerDraft("prompt.refused", subject: "\(number)", detail: ["reason": "é"])
                    _ = try await store.record([], [entry], at: now)
                }
            }
            try await group.waitForAll()
        }
        let checked = try await LedgerCheck.run(over: store)
        #expect(checked.fault == nil && checked.entries == 102)
        #expect(try await store.ledger(after: 100, limit: 9).map(\.sequence) == [101, 102])
        #expect(try await store.ledger(before: 19, limit: 2).map(\.sequence) == [18, 17])
        #expect(try await store.ledger(before: nil, limit: 1).map(\.sequence) == [102])
    }

    @Test("Changes and their entries are kept together, or not at all", arguments: StoreKind.allCases)
    func failsAsAWhole(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        let appeal = AppealRecord(decision: "none", at: world.clock.now(), text: "why?", contact: nil)
        await #expect(throws: RecordsError.self) {
            try await world.record([.decide(world.decision("dec_1", .refused)), .appeal(appeal)], "appeal.filed")
        }
        #expect(try await world.kindsInLedger.isEmpty)
        #expect(try await store.decision("dec_1") == nil)
    }

    @Test("A decision, its appeal and the answer come back as they were kept", arguments: StoreKind.allCases)
    func keepsDecisions(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        let decision = world.decision("dec_1", .refused, of: world.mine)
        let appeal = AppealRecord(decision: "dec_1", at: world.clock.now(), text: "why?", contact: "a@example.org")
        try await world.record([.decide(decision), .appeal(appeal)], "appeal.filed")
        #expect(try await store.decision("dec_1") == decision)
        #expect(try await store.appeal(of: "dec_1") == appeal)
        #expect(try await store.openAppeals(limit: 9) == [appeal])
        await #expect(throws: RecordsError.self) { try await world.record([.appeal(appeal)]) }
        world.clock.advance(bySeconds: 1)
        try await world.record(
            [
                .answer(decision: "dec_1", .overturned, answer: "You are right."),
                .change(decision: "dec_1", to: .overturned),
            ],
            "appeal.overturned"
        )
        let changed = try #require(try await store.decision("dec_1"))
        #expect(changed.state == .overturned && changed.changedAt == world.clock.now() && changed.at == decision.at)
        let answered = try #require(try await store.appeal(of: "dec_1"))
        #expect(answered.state == .overturned && answered.answer == "You are right.")
        #expect(answered.decidedAt == world.clock.now())
        #expect(try await store.openAppeals(limit: 9).isEmpty)
    }

    @Test(
        "An update has what changed after an entry, and nothing when there was no entry",
        arguments: StoreKind.allCases
    )
    func updates(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, now) = (world.store, world.clock.now())
        #expect(try await store.rightsUpdate(after: 0) == nil)
        let works = ["w1", "w2"].map { WorkRecord(id: $0, claim: "{}", fingerprint: [1, 2], registeredAt: now) }
        for work in works { try await world.record([.register(work)], "work.registered") }
        try await world.record([.optOut(event: "{\"n\":1}")], "opt-out.requested")
        try await world.record([.takeDown(digest: "d", decision: "dec_1"), .clear(upload: "u")], "takedown")
        let whole = try #require(try await store.rightsUpdate(after: 0))
        #expect(whole.sequence == 4)
        #expect(whole.works.map(\.id) == ["w1", "w2"] && whole.works.map(\.change) == [1, 2])
        #expect(whole.works.allSatisfy { $0.fingerprint == [1, 2] && $0.withdrawnAt == nil })
        #expect(whole.optOutEvents == [OptOutEventRecord(at: now, event: "{\"n\":1}")])
        #expect(whole.takenDown == ["d": "dec_1"] && whole.cleared == ["u": 4])
        #expect(try await store.rightsUpdate(after: 4) == nil)
        try await world.record([.withdraw(work: "w1"), .restore(decision: "dec_1")], "work.withdrawn")
        let second = try #require(try await store.rightsUpdate(after: 4))
        #expect(second.sequence == 5 && second.optOutEvents.isEmpty && second.takenDown.isEmpty)
        let withdrawn = try #require(second.works.first)
        #expect(second.works.count == 1 && withdrawn.id == "w1" && withdrawn.change == 5)
        #expect(withdrawn.withdrawnAt == now && withdrawn.fingerprint.isEmpty)
        #expect(second.cleared == ["u": 4], "all that are cleared, whenever")
    }

    @Test("Texts go when their time is over, and the ledger says that they went", arguments: StoreKind.allCases)
    func erasesTexts(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, clock) = (world.store, world.clock)
        let decision = world.decision("dec_1", .refused)
        let text = DecisionText(decision: "dec_1", text: "a prompt", salt: "salt", expiresAt: world.later(60))
        try await world.record([.decide(decision), .keep(text)])
        #expect(try await store.text(ofDecision: "dec_1", at: clock.now()) == text)
        #expect(try await store.eraseTexts(expiredBefore: clock.now()) == 0)
        clock.advance(bySeconds: 61)
        #expect(try await store.text(ofDecision: "dec_1", at: clock.now()) == nil)
        #expect(try await store.eraseTexts(expiredBefore: clock.now()) == 1)
        #expect(try await world.kindsInLedger == ["text.erased"])
        #expect(try await store.decision("dec_1") == decision)
    }

    @Test(
        "Contacts of appeals and opt-outs are erased after their time, once, and the ledger says so",
        arguments: StoreKind.allCases
    )
    func erasesContacts(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, clock) = (world.store, world.clock)
        try await world.appeal("dec_old", of: world.mine)
        try await world.record(
            [.optOut(event: "{}"), .optOutContact(id: "out_old", contact: "old@example.org")],
            "opt-out.requested"
        )
        #expect(try await store.contact(ofOptOut: "out_old") == "old@example.org")
        clock.advance(bySeconds: 100)
        try await world.appeal("dec_new", of: world.mine)
        let moment = world.later(-50)
        #expect(try await store.eraseContacts(before: moment, at: clock.now()) == 2)
        #expect(try await store.eraseContacts(before: moment, at: clock.now()) == 0)
        #expect(try await store.appeal(of: "dec_old")?.contact == nil)
        #expect(try await store.appeal(of: "dec_old")?.text == "I am Ann")
        #expect(try await store.contact(ofOptOut: "out_old") == nil)
        #expect(try await store.appeal(of: "dec_new")?.contact == "dec_new@example.org")
        let kinds = try await world.kindsInLedger
        #expect(kinds == ["appeal.filed", "opt-out.requested", "appeal.filed", "contact.erased"])
        #expect(try await world.isLedgerWhole())
    }

    @Test("A held picture is needed until its time is over, and then refused for good", arguments: StoreKind.allCases)
    func closesDecisions(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        let held = world.decision("dec_1", .held, digest: "d1")
        let released = world.decision("dec_2", .released, digest: "d2")
        let long = world.decision("dec_3", .held, digest: "d3", seconds: 600)
        try await world.record([.decide(held), .decide(released), .decide(long)])
        #expect(try await store.heldDecisions(limit: 10) == [held, long])
        #expect(try await store.needed(among: ["d1", "d2", "d3", "d4"]) == ["d1", "d2", "d3"])
        world.clock.advance(bySeconds: 61)
        #expect(try await store.closeDecisions(expiredBefore: world.clock.now()) == 2)
        #expect(try await store.decision("dec_1")?.state == .refused)
        #expect(try await store.decision("dec_2")?.state == .released)
        #expect(try await store.heldDecisions(limit: 10) == [long])
        #expect(try await store.needed(among: ["d1", "d2", "d3"]) == ["d3"])
        #expect(try await world.kindsInLedger == ["review.expired"])
        #expect(try await store.closeDecisions(expiredBefore: world.clock.now()) == 0)
    }
}
