import Scenarios
import Testing

@testable import SurgeLab

@Suite("What happens when")
struct EventQueueTests {
    @Test("Events come in the order of time, equals in the order that they were put in", arguments: [1, 2, 5, 300])
    func order(count: Int) {
        var queue = EventQueue()
        var random = RandomStream(seed: UInt64(count))
        var wanted: [(time: Int64, place: Int)] = []
        for place in 0..<count {
            let time = Int64(random.below(20))
            queue.add(.due, at: time, place: place)
            wanted.append((time, place))
        }
        wanted.sort { ($0.time, $0.place) < ($1.time, $1.place) }
        for expected in wanted {
            #expect(queue.nextTime == expected.time)
            let event = queue.removeFirst()
            #expect(Int(event.place) == expected.place)
        }
        #expect(queue.nextTime == .max)
    }
}
