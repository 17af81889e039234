/// What a server does for requests beside its devices' work: it takes them in before the scheduler is asked, and sends
/// pictures off.
struct Front: Sendable {
    /// Pictures that are painted.
    struct Answer: Sendable {
        let rung: Int
        let spentMicroseconds: Int
    }

    struct Item: Sendable {
        /// The request's.
        let place: Int32
        /// A processor's seconds that are left.
        var left: Double
        /// nil: it comes in.
        let answer: Answer?
    }

    var items: [Item] = []
    /// Up to when their progress is written down.
    var updatedAt: Int64 = 0
    /// Seconds of work that each gets done in a second.
    var speed = 1.0
    /// Tells the event that is planned from older ones.
    var version: UInt32 = 0
    var hasChanged = false
    var isBesideDevices = false
}
