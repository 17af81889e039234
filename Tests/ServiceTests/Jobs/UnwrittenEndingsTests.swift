import Foundation
import Records
import SurgeCore
import Testing

@testable import Service

@Suite("Endings that are not written yet")
struct UnwrittenEndingsTests {
    private let start = Instant(microseconds: 1_000_000_000)

    private let end: JobEnd

    init() throws {
        let text = #"{"reason":"cancelled","spentSeconds":0,"millicredits":0,"pictures":0,"waitedSeconds":0}"#
        end = try JSONDecoder().decode(JobEnd.self, from: Data(text.utf8))
    }

    private func ending(_ name: String) -> Ending {
        Ending(id: JobID(rawValue: name), outcome: .cancelled, end: end)
    }

    private func due(_ endings: inout UnwrittenEndings, at now: Instant) -> [String] {
        endings.takeDue(at: now).map(\.id.rawValue)
    }

    private func id(_ name: String) -> JobID { JobID(rawValue: name) }

    @Test("All that end together are written together, each by one")
    func takesAllOnce() {
        var endings = UnwrittenEndings()
        for name in ["a", "b", "c"] { endings.add(ending(name), at: start) }
        #expect(due(&endings, at: start) == ["a", "b", "c"])
        #expect(due(&endings, at: start) == [])
        for name in ["a", "b", "c"] { endings.wrote(id(name)) }
        #expect(endings.isEmpty && !endings.isHeldUp)
    }

    @Test("An ending that cannot be written is tried again for as long as it takes, with growing and then equal pauses")
    func triesForEver() throws {
        var endings = UnwrittenEndings()
        endings.add(ending("a"), at: start)
        var now = start
        var pauses: [Double] = []
        for _ in 0..<500 {
            #expect(due(&endings, at: now) == ["a"])
            endings.failed(id("a"), mayPass: true, at: now)
            #expect(endings.isHeldUp && endings.count == 1)
            var pause = 0.0
            while endings.takeDue(at: now).isEmpty {
                now = now.advanced(bySeconds: 0.05)
                pause += 0.05
                try #require(pause < 10)
            }
            pauses.append(pause)
            // Taken by the look at it: it fails again at once.
            endings.failed(id("a"), mayPass: true, at: now)
            now = now.advanced(bySeconds: UnwrittenEndings.mostPauseSeconds)
        }
        #expect(abs(pauses[0] - UnwrittenEndings.firstPauseSeconds) < 0.1)
        #expect(pauses.allSatisfy { $0 <= UnwrittenEndings.mostPauseSeconds + 0.1 })
        _ = endings.takeDue(at: now)
        let hadFailed = endings.wrote(id("a"))
        #expect(hadFailed)
        #expect(endings.isEmpty && !endings.isHeldUp)
        #expect(endings.oldestSeconds(at: now) == 0)
    }

    @Test("While the records fail one is tried at a time, another one each time; when one is written all are due")
    func probesWithOne() {
        var endings = UnwrittenEndings()
        for name in ["a", "b", "c"] { endings.add(ending(name), at: start) }
        for ending in endings.takeDue(at: start) { endings.failed(ending.id, mayPass: true, at: start) }
        endings.add(ending("d"), at: start)
        #expect(due(&endings, at: start) == [])
        let later = start.advanced(bySeconds: 10)
        #expect(due(&endings, at: later) == ["d"])
        #expect(due(&endings, at: later) == [])
        endings.failed(id("d"), mayPass: true, at: later)
        let evenLater = start.advanced(bySeconds: 20)
        #expect(due(&endings, at: evenLater) == ["a"])
        endings.wrote(id("a"))
        #expect(due(&endings, at: evenLater) == ["b", "c", "d"])
    }

    @Test("An ending that is refused for its own sake holds nobody up, and is kept")
    func keepsRefused() {
        var endings = UnwrittenEndings()
        endings.add(ending("a"), at: start)
        _ = endings.takeDue(at: start)
        endings.failed(id("a"), mayPass: false, at: start)
        #expect(!endings.isHeldUp)
        endings.add(ending("b"), at: start)
        #expect(due(&endings, at: start) == ["b"])
        let later = start.advanced(bySeconds: UnwrittenEndings.refusedPauseSeconds)
        #expect(due(&endings, at: later) == ["a"])
    }
}

@Suite("Tries of pictures that could not be painted")
struct TaskRetriesTests {
    private let job: JobHandle
    private let start = Instant(microseconds: 1_000_000_000)

    init() throws {
        job = try JSONDecoder().decode(JobHandle.self, from: Data(#"{"index":1,"generation":1}"#.utf8))
    }

    /// The moments of all tries until it is given up, in seconds; at most `most`.
    private func tries(_ fault: Fault, most: Int = 1_000) -> [Double] {
        var retries = TaskRetries()
        var now = start
        var tries: [Double] = []
        while tries.count < most {
            tries.append(now.seconds(since: start))
            guard case .again(let moment) = retries.failed(job, fault, at: now) else { break }
            now = moment
        }
        return tries
    }

    @Test("A fault that passes within 60 s fails nobody, and one that does not is not tried for ever")
    func survives() throws {
        let tries = tries(.passing)
        #expect(try #require(tries.last) >= TaskRetries.leastSeconds)
        #expect(tries.count <= 8)
        // None of them within milliseconds of another.
        #expect(zip(tries, tries.dropFirst()).allSatisfy { $1 - $0 >= 0.5 })
    }

    @Test("A fault of the machine itself is tried until the deadline")
    func outlasts() {
        #expect(tries(.environment, most: 200).count == 200)
    }

    @Test("What would fail again anywhere is not tried again, and a broken upload is known within seconds")
    func givesUp() throws {
        #expect(tries(.lasting) == [0])
        #expect(try #require(tries(.doubtful).last) <= 5)
    }

    @Test("Faults of one kind do not use up the tries of another")
    func countsKindsApart() {
        var retries = TaskRetries()
        var now = start
        func fail(_ fault: Fault) -> Bool {
            guard case .again(let moment) = retries.failed(job, fault, at: now) else { return false }
            now = moment
            return true
        }
        for _ in 0..<20 {
            let again = fail(.environment)
            #expect(again)
        }
        var doubtful = 0
        while doubtful < 10, fail(.doubtful) { doubtful += 1 }
        #expect(doubtful == TaskRetries.doubtfulPauses.count)
        let passes = fail(.passing)
        #expect(passes)
    }

    @Test("Pictures of one job that fail together count once")
    func countsOnce() {
        var retries = TaskRetries()
        let first = retries.failed(job, .passing, at: start)
        for _ in 0..<20 {
            let next = retries.failed(job, .passing, at: start)
            #expect(next == first)
        }
    }
}
