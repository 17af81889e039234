import Records
import SurgeCore
import TestKit
import Testing

extension RecordStoreContractTests {
    @Test("A job comes back as it was kept, and only an account that exists has one", arguments: StoreKind.allCases)
    func keepsJobs(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        let record = world.job("one", key: "key")
        #expect(try await world.accept(record) == .new)
        #expect(try await store.job(record.id) == record)
        #expect(try await store.job(of: world.mine, idempotencyKey: "key") == record)
        #expect(try await store.job(of: world.yours, idempotencyKey: "key") == nil)
        #expect(try await store.unfinishedJobs() == [record])
        let nobody = world.job("two", of: AccountID(rawValue: "nobody"))
        await #expect(throws: RecordsError.self) { try await store.accept(nobody, recently: nil) }
    }

    @Test("A key finds its own job for the same request and refuses another one", arguments: StoreKind.allCases)
    func honoursKeys(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let record = world.job("one", fingerprint: "f", key: "key")
        #expect(try await world.accept(record) == .new)
        #expect(try await world.accept(world.job("two", fingerprint: "f", key: "key")) == .known(record))
        #expect(try await world.accept(world.job("three", fingerprint: "g", key: "key")) == .keyReused)
        #expect(try await world.accept(world.job("four", fingerprint: "f", key: "other")) == .new)
        let other = world.job("five", of: world.yours, fingerprint: "g", key: "key")
        #expect(try await world.accept(other) == .new, "another account's keys are its own")
    }

    @Test(
        "Without a key, the same request finds its job until its answer has reached somebody",
        arguments: StoreKind.allCases
    )
    func findsOwnJob(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let first = world.job("one", fingerprint: "f")
        #expect(try await world.accept(first) == .new)
        #expect(try await world.accept(world.job("two", fingerprint: "f")) == .known(first))
        #expect(try await world.accept(world.job("theirs", of: world.yours, fingerprint: "f")) == .new)
        let done = try #require(try await world.settle("one", .completed([StoreWorld.picture("d")])))
        #expect(try await world.accept(world.job("three", fingerprint: "f")) == .known(done))
        try await world.store.markDelivered(first.id, at: world.clock.now())
        #expect(try await world.accept(world.job("four", fingerprint: "f")) == .new)
    }

    @Test("The same request is a new one when its job ended long ago or was cancelled", arguments: StoreKind.allCases)
    func forgetsOldRequests(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        #expect(try await world.accept(world.job("one", fingerprint: "f")) == .new)
        try await world.settle("one", .failed(FailureRecord(code: "c", message: "m")))
        world.clock.advance(bySeconds: 601)
        #expect(try await world.accept(world.job("two", fingerprint: "f")) == .new)
        try await world.settle("two", .cancelled)
        #expect(try await world.accept(world.job("three", fingerprint: "f")) == .new)
        let unasked = world.job("four", fingerprint: "f")
        #expect(try await world.store.accept(unasked, recently: nil) == .new, "the caller knows that there is none")
    }

    @Test("A job's notes are in the ledger when it is accepted, and only then", arguments: StoreKind.allCases)
    func notesJobs(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        var record = world.job("one", key: "key")
        record.notes = [LedgerDraft("prompt.rewritten", subject: "one")]
        #expect(try await world.accept(record) == .new)
        guard case .known = try await world.accept(record) else {
            Issue.record("the same job twice")
            return
        }
        #expect(try await world.kindsInLedger == ["prompt.rewritten"])
    }

    @Test(
        "A job is started as often as it takes, and settled once, whatever is tried after",
        arguments: StoreKind.allCases
    )
    func settlesOnce(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, id) = (world.store, JobID(rawValue: "one"))
        #expect(try await world.start("one") == nil, "there is none")
        _ = try await world.accept(world.job("one"))
        let begin = world.clock.now()
        #expect(try await world.start("one") == 1)
        world.clock.advance(bySeconds: 5)
        #expect(try await world.start("one") == 2)
        let running = try #require(try await store.job(id))
        #expect(running.status == .running && running.startedAt == begin && running.attempts == 2)
        #expect(running.givenRung == "384" && running.loweredBecause == "load")
        let pictures = [StoreWorld.picture("d1"), StoreWorld.picture("d2")]
        let done = try #require(try await world.settle("one", .completed(pictures)))
        #expect(done.status == .completed && done.pictures == pictures && done.finishedAt == world.clock.now())
        #expect(done.expiresAt == world.later(100))
        #expect(try await world.settle("one", .cancelled) == nil)
        #expect(try await world.start("one") == nil)
        #expect(try await store.job(id) == done)
        #expect(try await store.settlements(of: [id]) == [id: 1])
        #expect(try await store.unfinishedJobs().isEmpty)
        #expect(try await store.account(world.mine)?.spentMillicredits == 7)
    }

    @Test("Every ending is kept as what it was", arguments: StoreKind.allCases)
    func keepsEndings(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let failure = FailureRecord(code: "moderation_blocked", message: "No.", decision: "dec_1")
        let outcomes: [(JobOutcome, JobStatus)] = [
            (.failed(failure), .failed), (.cancelled, .cancelled), (.expired, .expired), (.completed([]), .completed),
        ]
        for (outcome, status) in outcomes {
            _ = try await world.accept(world.job(status.rawValue))
            try await world.settle(status.rawValue, outcome)
            #expect(try await world.store.job(JobID(rawValue: status.rawValue))?.status == status)
        }
        #expect(try await world.store.job(JobID(rawValue: "failed"))?.failure == failure)
    }

    @Test(
        "Ended jobs whose answer has reached nobody are found, those with a key are not",
        arguments: StoreKind.allCases
    )
    func findsUndelivered(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        for name in ["told", "untold", "waiting"] { _ = try await world.accept(world.job(name)) }
        _ = try await world.accept(world.job("keyed", key: "key"))
        for name in ["told", "untold", "keyed"] { try await world.settle(name, .completed([])) }
        let first = world.clock.now()
        try await store.markDelivered(JobID(rawValue: "told"), at: first)
        world.clock.advance(bySeconds: 1)
        try await store.markDelivered(JobID(rawValue: "told"), at: world.clock.now())
        #expect(try await store.job(JobID(rawValue: "told"))?.deliveredAt == first)
        let found = try await store.undeliveredJobs(finishedAfter: first.advanced(bySeconds: -1))
        let job = UndeliveredJob(
            id: JobID(rawValue: "untold"),
            account: world.mine,
            fingerprint: "untold",
            finishedAt: first
        )
        #expect(found == [job])
        #expect(try await store.undeliveredJobs(finishedAfter: first).isEmpty)
    }

    @Test("Jobs are listed newest first, page by page, each account its own", arguments: StoreKind.allCases)
    func listsJobs(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        for index in 0..<5 { try await world.complete("job \(index)", digest: "d\(index)") }
        try await world.complete("theirs", of: world.yours, digest: "d")
        _ = try await world.accept(world.job("waiting"))
        func names(_ jobs: [JobRecord]) -> [String] { jobs.map(\.id.rawValue) }
        let mine = world.mine
        #expect(try await names(store.jobs(of: mine, limit: 2, after: nil)) == ["waiting", "job 4"])
        let rest = try await store.jobs(of: mine, limit: 9, after: JobID(rawValue: "job 2"))
        #expect(names(rest) == ["job 1", "job 0"])
        #expect(try await names(store.jobs(of: nil, limit: 2, after: nil)) == ["waiting", "theirs"])
        #expect(try await store.jobs(of: mine, limit: 9, after: JobID(rawValue: "none")).isEmpty)
        let first = try await store.completedJobs(of: mine, limit: 2, after: nil)
        #expect(names(first) == ["job 4", "job 3"])
        #expect(try await names(store.completedJobs(of: mine, limit: 2, after: first.last?.id)) == ["job 2", "job 1"])
    }

    @Test("Jobs that ended after a moment are listed, the first to end first", arguments: StoreKind.allCases)
    func listsEndings(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        for name in ["a", "b", "c"] { _ = try await world.accept(world.job(name)) }
        let start = world.clock.now()
        for name in ["c", "a", "b"] {
            world.clock.advance(bySeconds: 1)
            try await world.settle(name, .cancelled)
        }
        func ended(after moment: Instant, limit: Int) async throws -> [String] {
            try await world.store.jobs(of: world.mine, finishedAfter: moment, limit: limit).map(\.id.rawValue)
        }
        #expect(try await ended(after: start, limit: 2) == ["c", "a"])
        #expect(try await ended(after: start.advanced(bySeconds: 1), limit: 9) == ["a", "b"])
    }

    @Test("Only ended jobs whose time is over are forgotten, and their files with them", arguments: StoreKind.allCases)
    func forgetsJobs(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let store = world.store
        try await world.complete("ended", digest: "d")
        _ = try await world.accept(world.job("waiting"))
        let files = ["photo of ended", "d", "x"]
        #expect(try await store.needed(among: files) == ["photo of ended", "d"])
        #expect(try await store.forgetJobs(expiredBefore: world.clock.now()) == 0)
        world.clock.advance(bySeconds: 1_000)
        #expect(try await store.forgetJobs(expiredBefore: world.clock.now()) == 1)
        #expect(try await store.needed(among: files + ["photo of waiting"]) == ["photo of waiting"])
    }

    @Test("A job is deleted with its shares by its owner and by nobody else", arguments: StoreKind.allCases)
    func deletesJobs(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, id) = (world.store, JobID(rawValue: "one"))
        _ = try await world.accept(world.job("one"))
        #expect(try await store.forget(id, of: world.mine) == nil, "it has not ended")
        try await world.settle("one", .completed([StoreWorld.picture("d1")]))
        try await store.create(world.share("s1", "d1"))
        #expect(try await store.forget(id, of: world.yours) == nil)
        #expect(try await store.share("s1", at: world.clock.now()) != nil)
        #expect(try await store.forget(id, of: world.mine)?.sorted() == ["d1", "photo of one"])
        #expect(try await store.share("s1", at: world.clock.now()) == nil)
        #expect(try await store.job(id) == nil)
    }

    @Test(
        "A picture that was made here is known without its job, by content and by mark",
        arguments: StoreKind.allCases
    )
    func remembersMade(kind: StoreKind) async throws {
        let world = try await StoreWorld(kind)
        let (store, now) = (world.store, world.clock.now())
        for (name, digest) in [("one", "d1"), ("two", "d2")] {
            _ = try await world.accept(world.job(name))
            try await world.settle(name, .completed([StoreWorld.picture(digest, mark: .max)]))
            world.clock.advance(bySeconds: 1)
        }
        #expect(try await store.forget(JobID(rawValue: "one"), of: world.mine) != nil)
        let made = MadeRecord(digest: "d1", model: "meadow", isEdit: true, at: now, mark: .max)
        #expect(try await store.made("d1") == made)
        #expect(try await store.made("d3") == nil)
        #expect(try await store.made(mark: .max).map(\.digest) == ["d1", "d2"])
        #expect(try await store.made(mark: 1).isEmpty)
        // The same file made once more is not a second one.
        try await world.complete("three", digest: "d1")
        #expect(try await store.made("d1") == made)
    }
}
