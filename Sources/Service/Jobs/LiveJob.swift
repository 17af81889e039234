internal import Records
internal import SurgeCore

/// A job that has not ended, as the service holds it: a plain value, its rules apart from any I/O.
///
/// When and whether it is painted is the core's; what it is, what came of it and what is told of it is here.
struct LiveJob: Sendable {
    let request: PaintRequest
    /// Its name in the core.
    let handle: JobHandle
    let promise: JobSnapshot.Promise?
    private(set) var record: JobRecord
    private(set) var version: Int64
    /// In the order of the tasks; nil: not painted yet.
    private(set) var pictures: [PictureRecord?]
    private(set) var partials: [PartialPicture] = []
    /// By task, 0 to 1; only of those that are painted step by step.
    private(set) var progress: [Int: Double] = [:]
    /// It has ended in the core and is about to end in the records.
    private(set) var isEnding = false
    /// When it was accepted, on the clock that counts the seconds that pass.
    let since: Instant
    /// Whether the records know that it was begun, or are being told.
    private var isStartTaken = false

    /// - Parameters:
    ///   - since: when it was accepted, by the steady clock.
    ///   - now: the time of day.
    init(
        record: JobRecord,
        request: PaintRequest,
        handle: JobHandle,
        promise: JobSnapshot.Promise?,
        since: Instant,
        now: Instant
    ) {
        self.record = record
        self.request = request
        self.handle = handle
        self.promise = promise
        self.since = since
        self.version = max(now.microseconds, record.createdAt.microseconds)
        self.pictures = Array(repeating: nil, count: request.styles.count)
    }

    /// Every change has a version of its own, larger than the one before it, also when the clock steps back.
    mutating func touch(at now: Instant) {
        version = max(version + 1, now.microseconds)
    }

    /// A task of it was handed to a worker. - Returns: whether it is the job's first.
    mutating func begin(rung: String, loweredBecause reason: String?, at now: Instant) -> Bool {
        record.givenRung = rung
        record.loweredBecause = reason
        guard record.status == .queued else { return false }
        record.status = .running
        record.startedAt = record.startedAt ?? now
        touch(at: now)
        return true
    }

    /// - Returns: whether the caller is to tell the records that it was begun.
    mutating func takeStart() -> Bool {
        defer { isStartTaken = true }
        return !isStartTaken
    }

    /// The records could not be told.
    mutating func giveBackStart() { isStartTaken = false }

    /// - Parameter place: which of its task's partial pictures it is; nil: the next one.
    /// - Returns: nil when it was there before, which a task that is painted once more comes by again.
    mutating func add(_ picture: PictureRecord, partialOf task: Int, place: Int?, at now: Instant) -> PartialPicture? {
        let index = partials.count { $0.task == task }
        guard place ?? index >= index, index < request.partialImages else { return nil }
        touch(at: now)
        let partial = PartialPicture(task: task, index: index, picture: picture, version: version)
        partials.append(partial)
        return partial
    }

    mutating func keep(_ picture: PictureRecord, of task: Int) {
        pictures[task] = picture
        if progress[task] != nil { progress[task] = 1 }
    }

    /// A task has come a step further.
    mutating func note(progress share: Double, of task: Int, at now: Instant) {
        guard !isEnding, pictures[task] == nil else { return }
        progress[task] = share
        touch(at: now)
    }

    /// How much of the work is done, 0 to 1; nil when that is not known.
    var progressOfAll: Double? {
        progress.isEmpty ? nil : progress.values.reduce(0, +) / Double(pictures.count)
    }

    /// From here nothing is added to it.
    mutating func beginEnding(at now: Instant) {
        isEnding = true
        touch(at: now)
    }

    /// The files that it needs, whatever the records know of them: uploads, and pictures that are done or on their way.
    var fileDigests: [String] {
        record.inputs + pictures.compactMap { $0?.digest } + partials.map(\.picture.digest)
    }

    /// Its pictures, when all are there.
    var allPictures: [PictureRecord]? {
        let done = pictures.compactMap(\.self)
        return done.count == pictures.count ? done : nil
    }
}
