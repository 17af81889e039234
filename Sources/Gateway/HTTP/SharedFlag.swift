internal import Synchronization

/// Something that has happened, for several tasks to see. It does not happen back.
final class SharedFlag: Sendable {
    private let value = Mutex(false)

    var isSet: Bool { value.withLock(\.self) }

    func set() { value.withLock { $0 = true } }
}
