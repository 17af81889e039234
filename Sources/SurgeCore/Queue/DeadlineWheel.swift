/// Which jobs end next by their deadline: a ring of lists, one for each second, through links inside the jobs
/// (Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987, scheme 6).
///
/// Adding and removing take the same short time however many wait. A deadline further away than one turn of the ring is
/// looked at once a turn.
struct DeadlineWheel: Sendable, Codable {
    static let slotCount = 4_096
    private static let slotMicroseconds: Int64 = 1_000_000

    private var heads = [Int32](repeating: -1, count: DeadlineWheel.slotCount)
    /// The second up to which everything was looked at: no deadline lies before it.
    private var cursor: Int64?

    @inline(__always)
    private static func slot(_ deadline: Int64) -> Int {
        Int((deadline / slotMicroseconds) & Int64(slotCount - 1))
    }

    mutating func insert(_ place: Int, _ jobs: inout Slab<Job>) {
        let slot = Self.slot(jobs[place].deadline)
        // A deadline that lies behind is seen at the next look, and not a turn later.
        let second = jobs[place].deadline / Self.slotMicroseconds
        cursor = min(cursor ?? second, second)
        let head = heads[slot]
        jobs[place].wheelNext = head
        jobs[place].wheelPrevious = -1
        if head >= 0 { jobs[Int(head)].wheelPrevious = Int32(place) }
        heads[slot] = Int32(place)
    }

    mutating func remove(_ place: Int, _ jobs: inout Slab<Job>) {
        let (next, previous) = (jobs[place].wheelNext, jobs[place].wheelPrevious)
        if next >= 0 { jobs[Int(next)].wheelPrevious = previous }
        if previous >= 0 {
            jobs[Int(previous)].wheelNext = next
        } else {
            heads[Self.slot(jobs[place].deadline)] = next
        }
    }

    /// Jobs in all lists, counted one by one; −1 when a list is not linked well or holds what does not belong there.
    func count(_ jobs: borrowing Slab<Job>) -> Int {
        var count = 0
        for (slot, head) in heads.enumerated() {
            var (place, previous) = (head, Int32(-1))
            while place >= 0 {
                let isRight =
                    jobs.isTaken(Int(place)) && jobs[Int(place)].wheelPrevious == previous
                    && Self.slot(jobs[Int(place)].deadline) == slot
                if !isRight { return -1 }
                count += 1
                (place, previous) = (jobs[Int(place)].wheelNext, place)
            }
        }
        return count
    }

    /// The jobs whose deadline has passed, those of one second in no particular but always the same order.
    mutating func due(at now: Int64, _ jobs: borrowing Slab<Job>) -> [Int] {
        let last = now / Self.slotMicroseconds
        // The second in progress is looked at again: deadlines of it may still lie ahead.
        let first = max(min(cursor ?? last, last), last - Int64(Self.slotCount) + 1)
        cursor = last
        var due: [Int] = []
        for second in first...last {
            var place = heads[Int(second & Int64(Self.slotCount - 1))]
            while place >= 0 {
                if jobs[Int(place)].deadline <= now { due.append(Int(place)) }
                place = jobs[Int(place)].wheelNext
            }
        }
        return due
    }
}
