import Records
import SurgeCore
import TestKit
import Testing

extension RecordStoreContractTests {
    @Test("A guest with a passkey is a guest no more; a passkey is its owner's", arguments: StoreKind.allCases)
    func promotes(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, mine, yours) = (world.store, world.mine, world.yours)
        let now = world.clock.now()
        let passkey = PasskeyRecord(id: "p", account: mine, name: "phone", content: "{}", createdAt: now)
        try await store.create(passkey, promotingTo: "free")
        let account = try #require(try await store.account(mine))
        #expect(account.plan == "free" && !account.isGuest)
        #expect(try await store.passkeys(of: mine) == [passkey])
        #expect(try await store.passkeys(of: yours).isEmpty)
        try await store.update(passkey: "p", content: "{\"n\":1}", at: now)
        #expect(try await store.passkey("p")?.content == "{\"n\":1}")
        #expect(try await world.forget(passkey: "p", of: yours) == .unknown)
        #expect(try await world.forget(passkey: "p", of: mine) == .forgotten(endsOwnSession: false))
        #expect(try await store.passkey("p") == nil)
        let other = PasskeyRecord(id: "q", account: yours, name: "phone", content: "{}", createdAt: now)
        try await store.create(other, promotingTo: "guest")
        #expect(try await store.account(yours)?.plan == "free", "a member keeps its plan")
    }

    @Test("Forgetting a passkey ends the sessions that it opened, and no others", arguments: StoreKind.allCases)
    func forgetsPasskeys(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let mine = world.mine
        for passkey in ["p", "q"] { try await world.addPasskey(passkey, of: mine) }
        let byP = KeyRecord.Session.parent(passkey: "p")
        try await world.open("by p", of: mine, parent: byP)
        try await world.open("by q", of: mine, parent: KeyRecord.Session.parent(passkey: "q"))
        try await world.open("own", of: mine)
        try await world.open("theirs", of: world.yours, parent: byP)
        let all = ["by p", "by q", "own", "theirs"]
        #expect(try await world.valid("by p", "by q", "own", "theirs") == all)
        #expect(try await world.forget(passkey: "p", of: world.yours, askedBy: "theirs") == .unknown)
        #expect(try await world.valid("by p", "by q", "own", "theirs") == all)
        let removal = try await world.forget(passkey: "p", of: mine, askedBy: "by q")
        #expect(removal == .forgotten(endsOwnSession: false))
        #expect(try await world.valid("by p", "by q", "own", "theirs") == ["by q", "own", "theirs"])
    }

    @Test(
        "The session that asks may end with its passkey only while there is another way back",
        arguments: StoreKind.allCases
    )
    func keepsOnlyWayIn(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, mine) = (world.store, world.mine)
        try await world.addPasskey("p", of: mine)
        try await world.open("by p", of: mine, parent: KeyRecord.Session.parent(passkey: "p"))
        try await world.open("own", of: mine)
        try await world.addKey("theirs", of: world.yours)
        try await world.addPasskey("their passkey", of: world.yours)
        #expect(try await world.forget(passkey: "p", of: mine, askedBy: "by p") == .onlyWayIn)
        #expect(try await store.passkeys(of: mine).map(\.id) == ["p"])
        #expect(try await world.valid("by p") == ["by p"])
        // A key that was revoked opens nothing.
        try await world.addKey("key", of: mine)
        try await store.revokeKey(digest: "key", at: world.clock.now())
        #expect(try await world.forget(passkey: "p", of: mine, askedBy: "by p") == .onlyWayIn)
        // Another passkey does.
        try await world.addPasskey("q", of: mine)
        let first = try await world.forget(passkey: "p", of: mine, askedBy: "by p")
        #expect(first == .forgotten(endsOwnSession: true))
        #expect(try await world.valid("by p", "own") == ["own"])
        // A session that stays is as good as a guest's.
        let second = try await world.forget(passkey: "q", of: mine, askedBy: "own")
        #expect(second == .forgotten(endsOwnSession: false))
        #expect(try await store.passkeys(of: mine).isEmpty)
    }
}
