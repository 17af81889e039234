import Records
import SurgeCore
import TestKit
import Testing

extension RecordStoreContractTests {
    @Test("Accounts come back as they were kept, the oldest first, each id once", arguments: StoreKind.allCases)
    func keepsAccounts(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        world.clock.advance(bySeconds: 1)
        let account = Account(id: AccountID(rawValue: "a"), name: "late", plan: "pro", createdAt: world.clock.now())
        let key = KeyRecord(prefix: "hs_k", digest: "k", account: account.id, createdAt: world.clock.now())
        try await store.create([(account, key)])
        #expect(try await store.account(account.id) == account)
        #expect(try await store.accounts().map(\.id) == [world.mine, world.yours, account.id])
        #expect(try await store.account(forKeyDigest: "k", at: world.clock.now()) == account)
        await #expect(throws: RecordsError.self) { try await store.create(account) }
        let second = KeyRecord(prefix: "hs_l", digest: "k", account: world.mine, createdAt: world.clock.now())
        let third = Account(id: AccountID(rawValue: "b"), name: "b", plan: "pro", createdAt: world.clock.now())
        await #expect(throws: RecordsError.self) { try await store.create([(third, second)]) }
        #expect(try await store.account(third.id) == nil, "both are kept, or none")
    }

    @Test("Allowances and credits count by the day that a job was asked for on", arguments: StoreKind.allCases)
    func countsPictures(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, mine, today) = (world.store, world.mine, world.clock.now().day)
        for name in ["one", "two"] { _ = try await world.accept(world.job(name)) }
        #expect(try await store.deliveredPictures(of: mine, onDay: today) == 0)
        try await world.settle("one", .completed([StoreWorld.picture("d"), StoreWorld.picture("d")]))
        try await world.settle("two", .cancelled)
        #expect(try await store.deliveredPictures(of: mine, onDay: today) == 2)
        #expect(try await store.deliveredPictures(of: mine, onDay: today + 1) == 0)
        #expect(try await store.deliveredPictures(of: world.yours, onDay: today) == 0)
        #expect(try await store.account(mine)?.spentMillicredits == 14)
        let isKnown = try await store.update(mine, plan: "pro", dailyAllowance: 3, addedMillicredits: 100)
        #expect(isKnown)
        let changed = try #require(try await store.account(mine))
        #expect(changed.plan == "pro" && changed.dailyAllowance == 3)
        #expect(changed.grantedMillicredits == 114, "what was spent before is not owed")
        let nobody = AccountID(rawValue: "nobody")
        let isAnybody = try await store.update(nobody, plan: "pro", dailyAllowance: nil, addedMillicredits: nil)
        #expect(!isAnybody)
    }

    @Test("A plan's changes are kept until they are taken back", arguments: StoreKind.allCases)
    func keepsPlanOverrides(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, now) = (world.store, world.clock.now())
        let changes = ["free", "pro"].map { PlanOverride(plan: $0, settings: ["daily-allowance": "3"]) }
        for change in changes.reversed() { try await store.setPlanOverride(change, at: now) }
        #expect(try await store.planOverrides() == changes)
        try await store.setPlanOverride(PlanOverride(plan: "free", settings: [:]), at: now)
        #expect(try await store.planOverrides() == [changes[1]])
    }

    @Test(
        "Only what is valid has a holder: not what was revoked, has ended, ended with its key, or never was",
        arguments: StoreKind.allCases
    )
    func findsHolders(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, now) = (world.store, world.clock.now())
        try await world.addKey("key", of: world.mine)
        try await world.open("of key", of: world.mine, parent: "key")
        try await world.open("own", of: world.yours)
        let valid = try await world.valid("key", "of key", "own", "'; DROP TABLE keys; --", "")
        #expect(valid == ["key", "of key", "own"])
        #expect(try await store.holders(ofKeyDigests: ["own"], at: now)["own"]?.id == world.yours)
        #expect(try await store.holders(ofKeyDigests: [], at: now).isEmpty)
        #expect(try await store.keys().map(\.digest) == ["key"], "sessions are no keys")
        #expect(try await store.revokeKeys(prefix: "hs_key", at: now) == 1)
        #expect(try await store.revokeKeys(prefix: "hs_key", at: now) == 0)
        #expect(try await world.valid("key", "of key", "own") == ["own"])
        #expect(try await store.account(forKeyDigest: "of key", at: now) == nil)
        #expect(try await store.keys().map(\.revokedAt) == [now])
        try await store.revokeKey(digest: "own", at: now)
        #expect(try await world.valid("own").isEmpty)
        try await world.open("later", of: world.yours)
        world.clock.advance(bySeconds: 1_001)
        #expect(try await world.valid("later").isEmpty)
        #expect(try await store.account(forKeyDigest: "later", at: world.clock.now()) == nil)
        #expect(try await store.forgetSessions(expiredBefore: world.clock.now()) == 3)
    }

    @Test(
        "No session is made of a key that was revoked meanwhile, nor of a passkey that was forgotten",
        arguments: StoreKind.allCases
    )
    func opensNothing(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let mine = world.mine
        try await world.addKey("key", of: mine)
        for passkey in ["p", "q"] { try await world.addPasskey(passkey, of: mine) }
        let parents = ["key", KeyRecord.Session.parent(passkey: "p")]
        for parent in parents {
            let isOpen = try await world.open("by \(parent)", of: mine, parent: parent)
            #expect(isOpen)
        }
        try await world.store.revokeKey(digest: "key", at: world.clock.now())
        _ = try await world.forget(passkey: "p", of: mine)
        for parent in parents {
            let isOpen = try await world.open("late by \(parent)", of: mine, parent: parent)
            #expect(!isOpen)
        }
        #expect(try await world.valid("late by key", "late by passkey:p").isEmpty)
        let isOpen = try await world.open("by q", of: mine, parent: KeyRecord.Session.parent(passkey: "q"))
        #expect(isOpen)
    }

    @Test(
        "All other sessions of an account end; its keys and other accounts' sessions stay",
        arguments: StoreKind.allCases
    )
    func endsOtherSessions(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, now) = (world.store, world.clock.now())
        try await world.addKey("key", of: world.mine)
        for name in ["one", "two", "three"] { try await world.open(name, of: world.mine) }
        try await world.open("theirs", of: world.yours)
        #expect(try await store.endSessions(of: world.mine, except: "two", at: now) == 2)
        #expect(try await world.valid("key", "one", "two", "three", "theirs") == ["key", "theirs", "two"])
        #expect(try await store.endSessions(of: world.mine, except: "key", at: now) == 1)
        #expect(try await world.valid("key", "two") == ["key"])
        #expect(try await store.endSessions(of: world.yours, except: nil, at: now) == 1)
    }

    @Test("An account is established by a key at once, by a passkey after a while", arguments: StoreKind.allCases)
    func establishes(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        func isEstablished() async throws -> Bool {
            try await world.store.isEstablished(world.mine, since: world.later(-86_400))
        }
        #expect(try await !isEstablished())
        try await world.addPasskey("p", of: world.mine)
        #expect(try await !isEstablished())
        world.clock.advance(bySeconds: 86_400)
        #expect(try await isEstablished())
        _ = try await world.forget(passkey: "p", of: world.mine)
        #expect(try await !isEstablished())
        try await world.addKey("key", of: world.mine)
        #expect(try await isEstablished())
    }

    @Test(
        "A guest goes with its last session, unless something of it is kept; members stay",
        arguments: StoreKind.allCases
    )
    func guestsGo(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        var guest = Account(
            id: AccountID(rawValue: "acct_busy"),
            name: "guest",
            plan: "guest",
            createdAt: world.clock.now()
        )
        guest.isGuest = true
        try await store.create(guest)
        try await world.complete("one", of: guest.id, digest: "d1")
        for account in [world.mine, world.yours, guest.id] { try await world.open(account.rawValue, of: account) }
        world.clock.advance(bySeconds: 1_001)
        #expect(try await store.forgetSessions(expiredBefore: world.clock.now()) == 3)
        #expect(try await store.accounts().map(\.id) == [guest.id, world.yours])
    }
}
