/// What will happen when, the earliest first and equals in the order that they were put in: a heap with four children a
/// node.
struct EventQueue: Sendable {
    struct Event: Sendable {
        let time: Int64
        fileprivate let order: UInt64
        let kind: Kind
        /// Which of its kind it is about.
        let place: Int32
        /// Told from what was at the same place before.
        let version: UInt32

        @inline(__always)
        static func < (left: Event, right: Event) -> Bool {
            left.time < right.time || (left.time == right.time && left.order < right.order)
        }
    }

    enum Kind: UInt8, Sendable {
        /// A device has ended a task.
        case due
        /// A device may be stopped between two steps.
        case boundary
        /// Somebody's patience ends.
        case patience
        /// A client library breaks off.
        case timeout
        /// A client sends again.
        case retry
        /// Somebody who got a picture wants another.
        case again
        /// A device breaks.
        case failure
        /// A device comes back.
        case back
        case dayEvent
        case dayEventEnd
        case tick
        case heartbeat
        case autoscale
        /// A device that was asked for is there.
        case arrival
        /// A server has taken a request in, or sent an answer off.
        case front
    }

    private var events: [Event] = []
    private var nextOrder: UInt64 = 0

    var count: Int { events.count }

    @inline(__always)
    var nextTime: Int64 { events.isEmpty ? .max : events[0].time }

    @inline(__always)
    mutating func add(_ kind: Kind, at time: Int64, place: Int = 0, version: UInt32 = 0) {
        let moving = Event(
            time: time,
            order: nextOrder,
            kind: kind,
            place: Int32(truncatingIfNeeded: place),
            version: version
        )
        nextOrder &+= 1
        var position = events.count
        events.append(moving)
        while position > 0 {
            let parent = (position - 1) / 4
            guard moving < events[parent] else { break }
            events[position] = events[parent]
            position = parent
        }
        events[position] = moving
    }

    /// Takes the earliest. There must be one.
    mutating func removeFirst() -> Event {
        let first = events[0]
        let moving = events.removeLast()
        let count = events.count
        guard count > 0 else { return first }
        var position = 0
        while true {
            let firstChild = position * 4 + 1
            guard firstChild < count else { break }
            var least = firstChild
            var child = firstChild + 1
            let end = min(firstChild + 4, count)
            while child < end {
                if events[child] < events[least] { least = child }
                child += 1
            }
            guard events[least] < moving else { break }
            events[position] = events[least]
            position = least
        }
        events[position] = moving
        return first
    }
}
