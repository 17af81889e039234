internal import Foundation
internal import Logging
internal import Records
internal import Service
internal import SurgeCore
internal import Synchronization

/// Asks again and again whether those may go on who were let in: a stream outlives the question at its begin.
///
/// All are asked about together, once a second, while anything is under way; what is ended in this process is asked about at
/// once. When the records do not answer, nobody is cut off, and the question is put again.
actor AuthorityWatch {
    /// For so many seconds an answer of the records is good for what begins after it, such as the job of an upload.
    private static let freshSeconds = 1.0

    private let store: any CredentialStore
    private let clock: any TimeSource
    private let interval: Duration
    private var watching: [Authority: [UUID: @Sendable () -> Void]] = [:]
    private var rounds: Task<Void, Never>?

    init(store: any CredentialStore, clock: any TimeSource, every interval: Duration = .seconds(1)) {
        self.store = store
        self.clock = clock
        self.interval = interval
    }

    /// How many things are under way.
    var count: Int { watching.values.reduce(0) { $0 + $1.count } }

    /// Calls `end` once when the authority is no longer there. It must not block.
    func watch(_ authority: Authority, end: @escaping @Sendable () -> Void) -> UUID {
        let name = UUID()
        watching[authority, default: [:]][name] = end
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

    func unwatch(_ name: UUID, _ authority: Authority) {
        watching[authority]?[name] = nil
        if watching[authority]?.isEmpty == true { watching[authority] = nil }
    }

    /// Returns when the authority is no longer there. - Returns: false when the task was cancelled before.
    nonisolated func end(of authority: Authority) async -> Bool {
        let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
        let name = await watch(authority) { continuation.yield() }
        var isOver = false
        for await _ in ends {
            isOver = true
            break
        }
        await unwatch(name, authority)
        return isOver
    }

    /// Asks now.
    func look() async {
        // The answer says nothing of those that come while it is on its way.
        let asked = Array(watching.keys)
        guard !asked.isEmpty else { return }
        let holders: [String: Account]
        do {
            holders = try await store.holders(ofKeyDigests: Set(asked.map(\.credential)), at: clock.now())
        } catch {
            return
        }
        for authority in asked where !Self.isThere(authority, holders) {
            for end in watching.removeValue(forKey: authority)?.values.map(\.self) ?? [] { end() }
        }
    }

    /// Whether an authority is there still that was there at `moment`, on the clock that counts the seconds that pass: an
    /// upload may take minutes. Like a stream, it goes on when the records do not answer.
    nonisolated func isThere(_ authority: Authority, asOf moment: Instant) async -> Bool {
        guard clock.steady().seconds(since: moment) > Self.freshSeconds,
            let holders = try? await store.holders(ofKeyDigests: [authority.credential], at: clock.now())
        else { return true }
        return Self.isThere(authority, holders)
    }

    private static func isThere(_ authority: Authority, _ holders: [String: Account]) -> Bool {
        guard let holder = holders[authority.credential], holder.id == authority.account else { return false }
        return holder.isOperator || !authority.asOperator
    }

    /// - Returns: false when nothing is under way any more.
    private func round() async -> Bool {
        await look()
        guard watching.isEmpty else { return true }
        rounds = nil
        return false
    }
}
