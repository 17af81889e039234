import SurgeCore
import TestKit
import Testing

@Suite("First come, first served")
struct FirstComeQueueTests {
    private static let rung = Rung(name: "512", workingSide: 512, costDeviceSeconds: 2, quality: 0.7)

    private func demand(_ name: String, tasks: Int = 1, cost: Double = 2) -> Demand {
        Demand(
            job: JobID(rawValue: name),
            account: AccountID(rawValue: "account"),
            rung: Self.rung,
            taskCount: tasks,
            taskCostDeviceSeconds: cost
        )
    }

    private func makeQueue(horizon: Double = 100) -> FirstComeQueue {
        FirstComeQueue(configuration: FirstComeQueue.Configuration(horizonSeconds: horizon))
    }

    @Test("Jobs come out in the order they went in, all tasks of one before the next")
    func keepsOrder() {
        var queue = makeQueue()
        queue.accept(demand("a", tasks: 2))
        queue.accept(demand("b"))
        var order: [String] = []
        while let next = queue.nextTask() { order.append("\(next.task.job)\(next.task.index)") }
        #expect(order == ["a0", "a1", "b0"])
    }

    @Test("An empty queue runs a demand at once, a busy one gives a position")
    func givesVerdicts() {
        var queue = makeQueue()
        #expect(queue.verdict(on: demand("a")) == .run)
        queue.accept(demand("a"))
        guard case .queued(let position, let estimate) = queue.verdict(on: demand("b")) else {
            Issue.record("a busy queue must queue")
            return
        }
        #expect(position == 2)
        #expect(estimate.lowSeconds <= estimate.highSeconds)
    }

    @Test(
        "A queue past its horizon refuses, and says when to come back, within two minutes",
        arguments: [1.0, 10, 1_000]
    )
    func refusesPastHorizon(excess: Double) {
        var queue = makeQueue(horizon: 10)
        queue.accept(demand("a", cost: 10 + excess))
        guard case .refused(let refusal) = queue.verdict(on: demand("b")) else {
            Issue.record("a full queue must refuse")
            return
        }
        #expect((1...120).contains(refusal.retryAfterSeconds))
    }

    @Test("The bound follows the measured speed: a device half as fast takes half as much")
    func boundFollowsSpeed() throws {
        var queue = makeQueue(horizon: 10)
        for index in 0..<60 {
            queue.accept(demand("warm-up \(index)"))
            let next = queue.nextTask()
            queue.end(try #require(next).task, .done(deviceSeconds: 4))
        }
        queue.accept(demand("a", cost: 6))
        guard case .refused = queue.verdict(on: demand("b")) else {
            Issue.record("6 device-seconds take 12 s here, more than the horizon of 10")
            return
        }
    }

    @Test("What is withdrawn is never handed out")
    func withdraws() {
        var queue = makeQueue()
        queue.accept(demand("a"))
        queue.accept(demand("b"))
        let outcomes = [queue.withdraw(JobID(rawValue: "a")), queue.withdraw(JobID(rawValue: "a"))]
        #expect(outcomes == [true, false])
        let handedOut = [queue.nextTask()?.task.job.rawValue, queue.nextTask()?.task.job.rawValue]
        #expect(handedOut == ["b", nil])
    }

    /// Against a model so simple that it is obviously right, over random histories.
    @Test("Over random histories, nothing is lost, doubled or overtaken", arguments: 0..<200)
    func randomHistories(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var queue = makeQueue(horizon: .greatestFiniteMagnitude)
        var expected: [TaskID] = []
        var running: [TaskID] = []
        for step in 0..<300 {
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1:
                let tasks = Int.random(in: 1...4, using: &generator)
                let job = demand("\(step)", tasks: tasks, cost: Double.random(in: 0.1...9, using: &generator))
                queue.accept(job)
                expected += (0..<tasks).map { TaskID(job: job.job, index: $0) }
            case 2:
                let next = queue.nextTask()?.task
                #expect(next == expected.first, "seed \(seed), step \(step)")
                if let next {
                    expected.removeFirst()
                    running.append(next)
                }
            case 3:
                if let index = running.indices.randomElement(using: &generator) {
                    queue.end(running.remove(at: index), .done(deviceSeconds: 1))
                }
            default:
                if let job = expected.randomElement(using: &generator)?.job {
                    let wasWaiting = queue.withdraw(job)
                    #expect(wasWaiting, "seed \(seed), step \(step)")
                    expected.removeAll { $0.job == job }
                }
            }
            #expect(queue.runningTaskCount == running.count, "seed \(seed), step \(step)")
            #expect(queue.waitingJobCount == Set(expected.map(\.job)).count, "seed \(seed), step \(step)")
        }
    }
}
