/// Work that is given up after a while.
enum Patience {
    /// Runs the work, and cancels it after `seconds`; returns when it has ended in either way.
    static func run(seconds: Double, _ work: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { try? await Task.sleep(for: .seconds(seconds), tolerance: .milliseconds(1)) }
            await group.next()
            group.cancelAll()
        }
    }
}
