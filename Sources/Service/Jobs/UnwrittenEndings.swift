internal import Records
internal import SurgeCore

/// A job that has ended in the core, on its way into the records.
struct Ending: Sendable {
    let id: JobID
    let outcome: JobOutcome
    let end: JobEnd
}

/// Endings that the records do not have yet: a plain value. Events go in with the moment they happen at, on the clock that
/// counts the seconds that pass; ``takeDue(at:)`` says what is to be written now.
///
/// An ending stays until the records have it, however long that takes. While the records fail as a whole (a lock, a full
/// disk), one ending is tried at a time, with growing pauses; when one is written, all others are due at once. An ending
/// that the records refuse for its own sake holds nobody up, and is tried again as well.
struct UnwrittenEndings: Sendable {
    /// The pause after the records have failed, in seconds: doubled with each further failure, up to the most. The most is
    /// short, because clients wait for their pictures.
    static let firstPauseSeconds = 0.25
    static let mostPauseSeconds = 4.0
    /// Between two tries of an ending that is refused for its own sake.
    static let refusedPauseSeconds = 60.0

    private struct Entry: Sendable {
        let ending: Ending
        let number: Int
        let since: Instant
        var tries = 0
        /// Refused for its own sake: not before then.
        var dueAt: Instant?
        var isBeingWritten = false
    }

    private var entries: [JobID: Entry] = [:]
    private var nextNumber = 0
    private var failuresInARow = 0
    /// The records fail: nothing is tried before then. nil: they work.
    private var pausedUntil: Instant?

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    /// The records do not take endings now.
    var isHeldUp: Bool { pausedUntil != nil && !entries.isEmpty }

    func contains(_ id: JobID) -> Bool { entries[id] != nil }
    func isBeingWritten(_ id: JobID) -> Bool { entries[id]?.isBeingWritten == true }

    /// Seconds that the oldest has waited; 0 when none waits.
    func oldestSeconds(at now: Instant) -> Double {
        entries.values.map { now.seconds(since: $0.since) }.max() ?? 0
    }

    mutating func add(_ ending: Ending, at now: Instant) {
        entries[ending.id] = Entry(ending: ending, number: nextNumber, since: now)
        nextNumber += 1
    }

    /// What is to be written now, the first to have ended first. Each is to be answered with ``wrote(_:)`` or
    /// ``failed(_:mayPass:at:)``.
    mutating func takeDue(at now: Instant) -> [Ending] {
        var due = entries.values.filter { !$0.isBeingWritten && $0.dueAt ?? now <= now }
        if let pausedUntil {
            guard now >= pausedUntil, !entries.values.contains(where: \.isBeingWritten) else { return [] }
            // Another one each time: whatever is wrong with one must not keep the others waiting.
            due = due.min { ($0.tries, $0.number) < ($1.tries, $1.number) }.map { [$0] } ?? []
        }
        due.sort { $0.number < $1.number }
        for entry in due { entries[entry.ending.id]?.isBeingWritten = true }
        return due.map(\.ending)
    }

    /// Everything that nobody writes now, whatever pauses there are: for the last moment.
    mutating func takeAll() -> [Ending] {
        let all = entries.values.filter { !$0.isBeingWritten }.sorted { $0.number < $1.number }
        for entry in all { entries[entry.ending.id]?.isBeingWritten = true }
        return all.map(\.ending)
    }

    /// The records have it, or need it no more. - Returns: whether they had failed before.
    @discardableResult
    mutating func wrote(_ id: JobID) -> Bool {
        guard entries.removeValue(forKey: id) != nil else { return false }
        let hadFailed = pausedUntil != nil
        pausedUntil = nil
        failuresInARow = 0
        return hadFailed
    }

    /// It could not be written, and stays.
    ///
    /// - Parameter mayPass: the records as a whole are at fault; else this ending is.
    /// - Returns: whether this is the beginning of a fault, and not one more sign of it.
    @discardableResult
    mutating func failed(_ id: JobID, mayPass: Bool, at now: Instant) -> Bool {
        guard entries[id] != nil else { return false }
        entries[id]?.isBeingWritten = false
        entries[id]?.tries += 1
        guard mayPass else {
            entries[id]?.dueAt = now.advanced(bySeconds: Self.refusedPauseSeconds)
            return entries[id]?.tries == 1
        }
        let isNew = pausedUntil == nil
        // Of those that were tried together, the first to fail sets the pause.
        if let pausedUntil, now < pausedUntil { return false }
        let doublings = Double(1 << min(failuresInARow, 8))
        failuresInARow += 1
        pausedUntil = now.advanced(bySeconds: min(Self.mostPauseSeconds, Self.firstPauseSeconds * doublings))
        return isNew
    }
}
