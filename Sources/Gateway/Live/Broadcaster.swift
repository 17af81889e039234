internal import Foundation

/// One document for all who watch: made once in a while, and told when it has changed. While nobody watches, nothing is
/// made.
actor Broadcaster<Value: Equatable & Sendable> {
    private let interval: Duration
    private let make: @Sendable () async -> Value
    private var listeners: [UUID: @Sendable (Value) -> Void] = [:]
    private var last: Value?
    private var rounds: Task<Void, Never>?

    init(every interval: Duration, make: @escaping @Sendable () async -> Value) {
        self.interval = interval
        self.make = make
    }

    /// Tells the document as it is, and from here on when it changes. `notify` must not block.
    func subscribe(_ notify: @escaping @Sendable (Value) -> Void) async -> UUID {
        let name = UUID()
        if let last, rounds != nil {
            notify(last)
        } else {
            let value = await make()
            last = value
            notify(value)
        }
        listeners[name] = notify
        if rounds == nil {
            rounds = Task { [weak self, interval] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: interval)
                    guard await self?.round() == true else { return }
                }
            }
        }
        return name
    }

    func unsubscribe(_ name: UUID) { listeners[name] = nil }

    /// - Returns: false when nobody watches any more.
    private func round() async -> Bool {
        guard !listeners.isEmpty else {
            rounds = nil
            last = nil
            return false
        }
        let value = await make()
        guard value != last else { return true }
        last = value
        for notify in listeners.values { notify(value) }
        return true
    }
}
