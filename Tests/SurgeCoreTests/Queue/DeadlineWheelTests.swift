import TestKit
import Testing

@testable import SurgeCore

@Suite("The deadline wheel")
struct DeadlineWheelTests {
    private static let second: Int64 = 1_000_000

    private func insert(_ deadline: Int64, _ wheel: inout DeadlineWheel, _ jobs: inout Slab<Job>) -> Int {
        var job = Job()
        job.deadline = deadline
        let place = jobs.insert(job).place
        wheel.insert(place, &jobs)
        return place
    }

    /// Seconds from the first look: near, at a turn's end, and several turns away.
    @Test("A job is due at its deadline and not before", arguments: [0, 1, 59, 4_095, 4_096, 4_097, 20_000])
    func isDueInTime(seconds: Int64) {
        var (wheel, jobs) = (DeadlineWheel(), Slab<Job>())
        let start: Int64 = 1_700_000_000 * Self.second
        #expect(wheel.due(at: start, jobs).isEmpty)
        let deadline = start + seconds * Self.second + 500_000
        let place = insert(deadline, &wheel, &jobs)
        var now = start
        while now + 100 * Self.second < deadline {
            now += 100 * Self.second
            #expect(wheel.due(at: now, jobs).isEmpty)
        }
        #expect(wheel.due(at: deadline - 1, jobs).isEmpty)
        #expect(wheel.due(at: deadline, jobs) == [place])
    }

    @Test("A deadline that has passed already is due at the next look", arguments: [1, 5_000, 1_000_000])
    func seesPastDeadlines(secondsAgo: Int64) {
        var (wheel, jobs) = (DeadlineWheel(), Slab<Job>())
        let now: Int64 = 1_700_000_000 * Self.second
        _ = wheel.due(at: now, jobs)
        let place = insert(now - secondsAgo * Self.second, &wheel, &jobs)
        #expect(wheel.due(at: now + 10 * Self.second, jobs) == [place])
    }

    @Test("What was put in before the first look is due at it")
    func seesWhatCameBeforeTheFirstLook() {
        var (wheel, jobs) = (DeadlineWheel(), Slab<Job>())
        let place = insert(5 * Self.second, &wheel, &jobs)
        #expect(wheel.due(at: 10 * Self.second, jobs) == [place])
    }

    @Test("Random insertions and removals agree with a list", arguments: 0..<10)
    func agreesWithAList(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var (wheel, jobs) = (DeadlineWheel(), Slab<Job>())
        var now: Int64 = 1_000 * Self.second
        var waiting: Set<Int> = []
        for _ in 0..<400 {
            waiting.insert(insert(now + Int64.random(in: -3...9_000, using: &random) * 700_000, &wheel, &jobs))
            if let place = waiting.randomElement(using: &random), Bool.random(using: &random) {
                wheel.remove(place, &jobs)
                jobs.remove(place)
                waiting.remove(place)
            }
            now += Int64.random(in: -1...40, using: &random) * Self.second
            let due = Set(wheel.due(at: now, jobs))
            #expect(due == waiting.filter { jobs[$0].deadline <= now })
            for place in due.sorted() {
                wheel.remove(place, &jobs)
                jobs.remove(place)
            }
            waiting.subtract(due)
        }
    }
}
