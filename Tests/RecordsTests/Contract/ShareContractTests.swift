import Records
import SurgeCore
import TestKit
import Testing

extension RecordStoreContractTests {
    @Test("A share keeps its file when its job is forgotten, until its own time is over", arguments: StoreKind.allCases)
    func sharesKeepFiles(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, clock) = (world.store, world.clock)
        try await world.complete("one", digest: "d1")
        let share = world.share("s1", "d1")
        try await store.create(share)
        clock.advance(bySeconds: 200)
        #expect(try await store.forgetJobs(expiredBefore: clock.now()) == 1)
        #expect(try await store.needed(among: ["d1", "photo of one"]) == ["d1"])
        #expect(try await store.share("s1", at: clock.now()) == share)
        clock.advance(bySeconds: 900)
        #expect(try await store.share("s1", at: clock.now()) == nil)
        #expect(try await store.shares(of: world.mine, at: clock.now()).isEmpty)
        #expect(try await store.shares(showing: ["d1"]) == [share])
        #expect(try await store.forgetShares(expiredBefore: clock.now()) == 1)
        #expect(try await store.needed(among: ["d1"]).isEmpty)
    }

    @Test("Shares are listed newest first, and only their owner forgets one", arguments: StoreKind.allCases)
    func listsShares(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, clock) = (world.store, world.clock)
        for (id, digest) in [("s1", "d1"), ("s2", "d2"), ("s3", "d1")] {
            try await store.create(world.share(id, digest))
            clock.advance(bySeconds: 1)
        }
        func listed() async throws -> [String] {
            try await store.shares(of: world.mine, at: clock.now()).map(\.id)
        }
        #expect(try await listed() == ["s3", "s2", "s1"])
        #expect(try await store.shares(showing: ["d1", "d9"]).map(\.id).sorted() == ["s1", "s3"])
        #expect(try await store.forget(share: "s2", of: world.yours) == nil)
        #expect(try await store.forget(share: "s2", of: world.mine)?.picture.digest == "d2")
        #expect(try await store.forget(share: "s2", of: world.mine) == nil)
        #expect(try await listed() == ["s3", "s1"])
    }
}
