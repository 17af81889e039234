import Records
import SurgeCore
import TestKit
import Testing

/// What every record store must do; a new store is added to ``StoreKind``. The tests are in one file for each concern.
@Suite("Every record store")
struct RecordStoreContractTests {
    @Test("It takes a small change and says that it is in its place", arguments: StoreKind.allCases)
    func isReady(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        try await world.store.check()
        #expect(world.store.isInPlace)
    }

    @Test(
        "An account goes with everything that belongs to it, and takes nothing of others along",
        arguments: StoreKind.allCases
    )
    func forgetsAccounts(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, mine) = (world.store, world.mine)
        try await world.complete("one", of: mine, digest: "d1")
        try await world.complete("two", of: world.yours, digest: "d1")
        try await store.create(world.share("s1", "d1"))
        try await world.addPasskey("p", of: mine)
        try await world.addKey("k", of: mine)
        try await world.appeal("dec_mine", of: mine)
        try await world.appeal("dec_yours", of: world.yours)
        let forgotten = try await store.forget(mine)
        #expect(forgotten.jobs == 1 && forgotten.pictures == 1 && forgotten.shares == 1)
        #expect(forgotten.files.sorted() == ["d1", "photo of one"])
        #expect(forgotten.inputs == ["photo of one"])
        #expect(try await store.account(mine) == nil)
        #expect(try await store.account(forKeyDigest: "k", at: world.clock.now()) == nil)
        #expect(try await store.passkey("p") == nil)
        #expect(try await store.share("s1", at: world.clock.now()) == nil)
        #expect(try await store.job(JobID(rawValue: "two")) != nil)
        #expect(try await store.needed(among: ["d1", "photo of one"]) == ["d1"])
        // What was decided stays, without a name and without words.
        #expect(try await store.appeal(of: "dec_mine") == nil)
        #expect(try await store.decision("dec_mine")?.account == nil)
        #expect(try await store.decision("dec_mine")?.reason == "because")
        #expect(try await store.appeal(of: "dec_yours")?.contact == "dec_yours@example.org")
        #expect(try await world.isLedgerWhole())
    }

    // MARK: Pruning

    private static let day = 86_400.0

    @Test("Old settlements are summed up, with nothing lost of what they add up to", arguments: StoreKind.allCases)
    func sumsUp(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, first) = (world.store, world.clock.now().day)
        try await world.complete("one", digest: "d1")
        try await world.complete("two", digest: "d2")
        world.clock.advance(bySeconds: 100 * Self.day)
        #expect(try await store.prune(Retention(), at: world.clock.now()).settlements == 0, "their jobs are kept")
        #expect(try await store.settlements(of: [JobID(rawValue: "one")]) == [JobID(rawValue: "one"): 1])
        #expect(try await store.forgetJobs(expiredBefore: world.clock.now()) == 2)
        #expect(try await store.prune(Retention(), at: world.clock.now()).settlements == 2)
        #expect(try await store.prune(Retention(), at: world.clock.now()).settlements == 0)
        #expect(try await store.deliveredPictures(of: world.mine, onDay: first) == 2)
    }

    @Test("A revoked key goes after its time, with the sessions that were made from it", arguments: StoreKind.allCases)
    func prunesKeys(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, clock) = (world.store, world.clock)
        try await world.addKey("parent", of: world.mine)
        try await world.addKey("other", of: world.mine)
        let session = KeyRecord.Session(expiresAt: world.later(1_000 * Self.day), parent: "parent")
        try await store.create(
            KeyRecord(prefix: "s", digest: "child", account: world.mine, createdAt: clock.now(), session: session)
        )
        #expect(try await store.revokeKeys(prefix: "hs_parent", at: clock.now()) == 1)
        clock.advance(bySeconds: 89 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).keys == 0)
        clock.advance(bySeconds: 2 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).keys == 1)
        #expect(try await world.valid("parent", "child", "other") == ["other"])
        #expect(try await store.keys().map(\.digest) == ["other"])
    }

    @Test(
        "A closed decision goes after its time; a held, taken down or appealed one stays",
        arguments: StoreKind.allCases
    )
    func prunesDecisions(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        let appeal = AppealRecord(decision: "dec_2", at: world.clock.now(), text: "t", contact: "c")
        try await world.record(
            [
                .decide(world.decision("dec_1", .refused)), .decide(world.decision("dec_2", .refused)),
                .appeal(appeal), .decide(world.decision("dec_3", .held)),
                .decide(world.decision("dec_4", .takenDown)), .takeDown(digest: "d", decision: "dec_4"),
                .decide(world.decision("dec_5", .refused, digest: "e")),
                .decide(world.decision("dec_6", .released, digest: "f")),
            ],
            "prompt.refused"
        )
        world.clock.advance(bySeconds: 366 * Self.day)
        #expect(try await store.prune(Retention(), at: world.clock.now()).decisions == 2)
        for id in ["dec_1", "dec_5"] { #expect(try await store.decision(id) == nil) }
        for id in ["dec_2", "dec_3", "dec_4", "dec_6"] { #expect(try await store.decision(id) != nil) }
        #expect(try await world.isLedgerWhole())
    }

    @Test(
        "Notes of pictures go after their years, and guests of whom nothing is left after a day",
        arguments: StoreKind.allCases
    )
    func prunesOthers(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, clock) = (world.store, world.clock)
        try await world.complete("one", of: world.yours, digest: "d1")
        #expect(try await store.prune(Retention(), at: clock.now()).isEmpty)
        clock.advance(bySeconds: 2 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).guests == 1)
        #expect(try await store.made("d1") != nil)
        clock.advance(bySeconds: 3_650 * Self.day)
        #expect(try await store.prune(Retention(), at: clock.now()).made == 1)
        #expect(try await store.accounts().map(\.id) == [world.yours])
    }
}
