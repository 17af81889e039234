import Records
import Synchronization

/// Counts calls, from whatever thread.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    /// How often it was called before.
    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}

enum SecretKeyDigest {
    static func of(_ text: String) -> String { SecretKey(text: text)?.digest ?? "" }
}
