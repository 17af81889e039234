import Foundation
import Inference
import Logging
import Records
import SurgeCore
import TestKit
import Testing

@testable import Service

/// Clocks that are set while the server runs, and machines that sleep.
@Suite("Clocks that jump")
struct ClockTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let files: FileStore
    private let clock: ManualClock
    private let id = AccountID(rawValue: "acct_1")
    private let account: Account

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        files = try FileStore(folder: folder.path + "/files")
        // Files have the machine's own time.
        clock = ManualClock(at: WallClock().now())
        account = Account(id: id, name: "one", plan: "free", createdAt: clock.now())
        try await store.create(account)
    }

    private func makeService(_ painter: any Painter) throws -> JobService {
        var configuration = JobService.Configuration()
        configuration.plans = [Plan(name: "free")]
        configuration.leastFreeBytes = 0
        return JobService(
            store: store,
            files: files,
            painter: painter,
            catalogue: try ModelCatalogue(folder: Repository.models),
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func request(_ prompt: String, isDetached: Bool = true) -> PaintRequest {
        PaintRequest(
            model: "restyle",
            prompt: prompt,
            photo: Digest.hexadecimal(of: [1]),
            styles: [.learned(index: 0, revisedPrompt: "style")],
            rung: "384",
            isDetached: isDetached
        )
    }

    /// Paints a file that is really kept.
    private struct KeepingPainter: Painter {
        let files: FileStore

        func paint(
            _ request: PaintRequest,
            task: Int,
            rung: Rung,
            onPartial: @Sendable (PictureRecord) async -> Void
        ) async throws(PaintError) -> PictureRecord {
            do {
                let digest = try files.write(Array(request.prompt.utf8))
                return PictureRecord(digest: digest, format: "png", width: 1, height: 1, revisedPrompt: "")
            } catch {
                throw .records(error)
            }
        }
    }

    @Test(
        "Time of day that jumps ends no job that waits, and lets the next one in",
        arguments: [26, -26, 8_760] as [Double]
    )
    func endsNobody(hours: Double) async throws {
        let painter = FakePainter(isOpen: false)
        let service = try makeService(painter)
        try await running(service) {
            let first = try await service.submit(
                request("a", isDetached: false),
                account: account,
                idempotencyKey: nil
            )
            try await eventually { painter.waitingCount == 1 }
            clock.jump(bySeconds: hours * 3_600)
            await service.tickOnce()
            #expect(try await service.job(first.snapshot.record.id, account: id).record.status == .running)
            painter.open()
            let done = try await end(of: first.snapshot, in: service)
            #expect(done.record.status == .completed)
            withExtendedLifetime(first.hold) {}
            // Nobody is refused afterwards.
            for name in ["b", "c"] {
                let next = try await service.submit(
                    request(name, isDetached: false),
                    account: account,
                    idempotencyKey: nil
                )
                #expect(try await end(of: next.snapshot, in: service).record.status == .completed)
                withExtendedLifetime(next.hold) {}
            }
        }
    }

    @Test("Deadlines are told by the time of day, and kept by the seconds that pass")
    func tellsDeadlines() async throws {
        let service = try makeService(FakePainter(isOpen: false))
        clock.jump(bySeconds: 7_200)
        let job = try await service.submit(request("a"), account: account, idempotencyKey: nil).snapshot
        let told = try #require(job.record.deadline)
        #expect(abs(told.seconds(since: clock.now()) - 7_200) < 1)
        clock.advance(bySeconds: 7_190)
        await service.tickOnce()
        #expect(try await store.job(job.record.id)?.status == .queued)
        clock.advance(bySeconds: 20)
        await service.tickOnce()
        #expect(try await store.job(job.record.id)?.status == .expired)
    }

    @Test(
        "A clock that is a day ahead for a minute, or was set back for one, lets no picture go",
        arguments: [26, -26] as [Double]
    )
    func sweepsNothing(hours: Double) async throws {
        let service = try makeService(KeepingPainter(files: files))
        try await running(service) {
            let before = try await service.submit(request("a"), account: account, idempotencyKey: nil).snapshot
            let kept = try await end(of: before, in: service)
            clock.jump(bySeconds: hours * 3_600)
            await service.tickOnce()
            let during = try await service.submit(request("b"), account: account, idempotencyKey: nil).snapshot
            let other = try await end(of: during, in: service)
            clock.advance(bySeconds: 60)
            await service.sweepOnce()
            clock.jump(bySeconds: -hours * 3_600)
            await service.tickOnce()
            await service.sweepOnce()
            for job in [kept, other] {
                #expect(try await store.job(job.record.id)?.status == .completed)
                #expect(files.size(of: try #require(job.record.pictures.first).digest) != nil)
            }
        }
    }

    @Test("After its time has passed, what was kept goes, also when the clock was set meanwhile")
    func sweepsInTheEnd() async throws {
        let service = try makeService(KeepingPainter(files: files))
        try await running(service) {
            let job = try await service.submit(request("a"), account: account, idempotencyKey: nil).snapshot
            try await end(of: job, in: service)
            clock.jump(bySeconds: 600)
            for _ in 0..<50 {
                clock.advance(bySeconds: 1_800)
                await service.tickOnce()
            }
            await service.sweepOnce()
            await #expect(throws: JobError.notFound) { try await service.job(job.record.id, account: id) }
        }
    }

    @Test("A restart with a clock that is ahead expires nobody")
    func recoversWithAWrongClock() async throws {
        let before = try makeService(FakePainter(isOpen: false))
        let job = try await before.submit(request("a"), account: account, idempotencyKey: "k").snapshot
        clock.jump(bySeconds: 26 * 3_600)
        let after = try makeService(FakePainter())
        try await after.recover()
        try await running(after) {
            let done = try await end(of: job, in: after)
            #expect(done.record.status == .completed)
        }
    }

    @Test(
        "A picture counts against the day that its allowance was charged on, whatever the clock says for a while",
        arguments: [26, -26] as [Double]
    )
    func settlesOnTheChargedDay(hours: Double) async throws {
        let service = try makeService(KeepingPainter(files: files))
        try await running(service) {
            let day = clock.now().day
            // The earlier of the two is charged while both are possible.
            let charged = hours > 0 ? day : clock.now().advanced(bySeconds: hours * 3_600).day
            clock.jump(bySeconds: hours * 3_600)
            await service.tickOnce()
            let job = try await service.submit(request("a"), account: account, idempotencyKey: nil).snapshot
            try await end(of: job, in: service)
            #expect(try await store.deliveredPictures(of: id, onDay: charged) == 1)
        }
    }

    @Test("A machine that sleeps again and again is believed in the end: each sleep after an hour of being awake")
    func believesSleepers() {
        let start = Instant(microseconds: 0)
        var watch = ClockWatch(now: start, steady: start)
        var (steady, slept) = (0.0, 0.0)
        // Awake for ten minutes, asleep for eight hours.
        for _ in 0..<30 {
            slept += 8 * 3_600
            for _ in 0..<60 {
                steady += 10
                watch.observe(
                    now: start.advanced(bySeconds: steady + slept),
                    steady: start.advanced(bySeconds: steady)
                )
            }
        }
        let doubt = start.advanced(bySeconds: steady + slept)
            .seconds(since: watch.earliest(start.advanced(bySeconds: steady)))
        // What was slept in the last hour, and no more.
        #expect(doubt >= 5 * 8 * 3_600 && doubt <= 6 * 8 * 3_600)
        #expect(watch.latest(start.advanced(bySeconds: steady)) == start.advanced(bySeconds: steady + slept))
    }

    @Test("A clock that jumps all the time is never believed, and costs no memory")
    func doubtsBrokenClocks() {
        let start = Instant(microseconds: 0)
        var watch = ClockWatch(now: start, steady: start)
        for second in 1..<20_000 {
            let steady = start.advanced(bySeconds: Double(second))
            watch.observe(now: steady.advanced(bySeconds: Double(second * 100)), steady: steady)
        }
        let steady = start.advanced(bySeconds: 20_000)
        #expect(watch.earliest(steady).seconds(since: start) <= 20_000)
        #expect(watch.latest(steady) == steady.advanced(bySeconds: 19_999 * 100))
    }

    @Test("After a restart, an answer that reached nobody is found for ten minutes, whatever the time of day")
    func findsAnswersForTenMinutes() async throws {
        clock.jump(bySeconds: 26 * 3_600)
        let before = try makeService(FakePainter())
        let job = try await before.submit(request("a"), account: account, idempotencyKey: nil).snapshot
        try await running(before) { _ = try await end(of: job, in: before) }
        let after = try makeService(FakePainter())
        try await after.recover()
        let again = try await after.submit(request("a"), account: account, idempotencyKey: nil).snapshot
        #expect(again.record.id == job.record.id)
        clock.advance(bySeconds: 700)
        await after.sweepOnce()
        let anew = try await after.submit(request("a"), account: account, idempotencyKey: nil).snapshot
        #expect(anew.record.id != job.record.id)
    }

    @Test("A jump is believed after an hour, and at once when the clock comes back")
    func watchesClocks() {
        let start = Instant(microseconds: 0)
        var watch = ClockWatch(now: start, steady: start)
        func moment(_ seconds: Double) -> Instant { start.advanced(bySeconds: seconds) }
        // Drift by small corrections is no jump.
        let (drifts, jumps) = (
            watch.observe(now: moment(10.5), steady: moment(10)),
            watch.observe(now: moment(100_020), steady: moment(20))
        )
        #expect(!drifts && jumps)
        #expect(watch.earliest(moment(20)).seconds(since: start) < 30)
        #expect(watch.latest(moment(20)) == moment(100_020))
        let jumpsAgain = watch.observe(now: moment(101_000), steady: moment(1_000))
        #expect(!jumpsAgain)
        #expect(watch.earliest(moment(1_000)).seconds(since: start) < 1_010)
        watch.observe(now: moment(103_620), steady: moment(3_620))
        #expect(watch.earliest(moment(3_620)) == moment(103_620))
        watch.observe(now: moment(3_630), steady: moment(3_630))
        #expect(watch.earliest(moment(3_630)) == moment(3_630))
    }
}
