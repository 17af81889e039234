internal import Records
internal import SurgeCore

/// The tasks that a stepwise worker has in its hands, and what is due for each of them: a plain value.
///
/// Everything that takes time is an ``Action``, which the shell carries out and tells the end of. In between, steps are
/// taken by all tasks that are ready for one. Tasks join, are shown, finish and leave only between two steps.
struct StepBatch: Sendable {
    /// One picture of one job, whoever works on it.
    struct TaskName: Hashable, Sendable {
        let job: JobHandle
        let task: Int
    }

    /// What is to be done beside the steps.
    enum Action: Sendable {
        /// Ends with ``began(_:_:)``.
        case begin(Assignment)
        /// Ends with ``shown(_:)``. The task sits out until then: so previews come in order, and before the picture.
        case show(Assignment, any StepState)
        /// Ends with ``finished(_:_:)``.
        case finish(Assignment, any StepState)
        /// The picture was finished while its task was put aside.
        case deliver(Assignment, PictureRecord)
        /// Its step has failed. Ends with ``remove(_:)`` or ``putAside(_:)``.
        case fail(Assignment, PaintError)
    }

    private enum Phase: Sendable {
        case beginning
        case ready(any StepState)
        case stepping
        case showing(any StepState)
        case finishing(any StepState)
        case delivering(PictureRecord)
    }

    private struct Entry: Sendable {
        let assignment: Assignment
        let since: Instant
        /// How many previews are wanted.
        let previews: Int
        var phase: Phase
    }

    /// What was kept of a task that was put aside.
    private enum Kept: Sendable {
        case state(any StepState)
        case picture(PictureRecord)
    }

    /// In the order of their coming.
    private var entries: [Entry] = []
    private var kept: [TaskName: Kept] = [:]

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    /// Tasks that have not been begun yet.
    var beginningCount: Int {
        entries.count { if case .beginning = $0.phase { true } else { false } }
    }
    /// Pictures that are made and not yet their jobs'.
    var pictures: [PictureRecord] {
        let inHands = entries.compactMap { if case .delivering(let picture) = $0.phase { picture } else { nil } }
        return inHands + kept.values.compactMap { if case .picture(let picture) = $0 { picture } else { nil } }
    }
    /// Tasks that were put aside and not taken up again.
    var keptCount: Int { kept.count }

    // MARK: Coming and going

    /// The core has handed out a task.
    ///
    /// - Parameter previews: how many are wanted of it.
    mutating func take(_ assignment: Assignment, previews: Int, at now: Instant) -> Action? {
        let name = TaskName(job: assignment.job, task: assignment.task)
        func add(_ phase: Phase) {
            entries.append(Entry(assignment: assignment, since: now, previews: previews, phase: phase))
        }
        switch kept.removeValue(forKey: name) {
        case nil:
            add(.beginning)
            return .begin(assignment)
        case .state(let state) where state.hasStepsLeft:
            add(.ready(state))
            return nil
        case .state(let state):
            add(.finishing(state))
            return .finish(assignment, state)
        case .picture(let picture):
            add(.delivering(picture))
            return .deliver(assignment, picture)
        }
    }

    /// What the core says has to leave before the next step.
    mutating func leave(_ orders: StepOrders) {
        for lease in orders.dropped { takeOut(lease) }
        for lease in orders.paused { putAside(lease) }
    }

    /// A task leaves and comes again. - Returns: whether anything is kept of it until then.
    @discardableResult
    mutating func putAside(_ lease: LeaseID) -> Bool {
        guard let entry = takeOut(lease) else { return false }
        let name = TaskName(job: entry.assignment.job, task: entry.assignment.task)
        switch entry.phase {
        case .ready(let state), .showing(let state), .finishing(let state): kept[name] = .state(state)
        case .delivering(let picture): kept[name] = .picture(picture)
        // Not begun, or in a step that failed: there is nothing to keep.
        case .beginning, .stepping: return false
        }
        return true
    }

    /// A job has ended: nothing that was kept of it is of use. Its running tasks leave when the core says so.
    mutating func forget(_ job: JobHandle) {
        guard !kept.isEmpty else { return }
        kept = kept.filter { $0.key.job != job }
    }

    /// A task is over, however it ended.
    @discardableResult
    mutating func remove(_ lease: LeaseID) -> Assignment? { takeOut(lease)?.assignment }

    // MARK: Ends of actions

    /// A task is ready for its first step. What has left in the meantime is begun again when it is its turn.
    mutating func began(_ lease: LeaseID, _ state: any StepState) -> Action? {
        guard let index = index(of: lease), case .beginning = entries[index].phase else { return nil }
        return settle(index, state)
    }

    /// A preview is out, or could not be made.
    mutating func shown(_ lease: LeaseID) {
        guard let index = index(of: lease), case .showing(let state) = entries[index].phase else { return }
        entries[index].phase = .ready(state)
    }

    /// A picture is made. - Returns: whether its task may end; it may have been put aside or dropped in the meantime.
    mutating func finished(_ assignment: Assignment, _ picture: PictureRecord) -> Bool {
        if index(of: assignment.lease) != nil { return true }
        let name = TaskName(job: assignment.job, task: assignment.task)
        if kept[name] != nil { kept[name] = .picture(picture) }
        return false
    }

    // MARK: Steps

    /// The next step is taken by these.
    mutating func beginStep() -> [(lease: LeaseID, state: any StepState)] {
        var due: [(lease: LeaseID, state: any StepState)] = []
        for index in entries.indices {
            guard case .ready(let state) = entries[index].phase else { continue }
            due.append((entries[index].assignment.lease, state))
            entries[index].phase = .stepping
        }
        return due
    }

    /// A task has taken its step.
    mutating func stepped(_ lease: LeaseID, _ state: any StepState) -> Action? {
        guard let index = index(of: lease), case .stepping = entries[index].phase else { return nil }
        return settle(index, state)
    }

    private mutating func settle(_ index: Int, _ state: any StepState) -> Action? {
        let assignment = entries[index].assignment
        guard state.hasStepsLeft else {
            entries[index].phase = .finishing(state)
            return .finish(assignment, state)
        }
        let previews = entries[index].previews
        guard Self.preview(after: state.stepsTaken, of: state.stepsInAll, previews: previews) != nil else {
            entries[index].phase = .ready(state)
            return nil
        }
        entries[index].phase = .showing(state)
        return .show(assignment, state)
    }

    /// Which preview, from 0, is made after so many steps; nil: none is. As many as are wanted are evenly spread between
    /// the first step and the last; fewer when there are not as many places.
    static func preview(after taken: Int, of all: Int, previews: Int) -> Int? {
        let most = min(previews, all - 1)
        guard most > 0, taken > 0 else { return nil }
        return (0..<most).first { ($0 + 1) * all / (most + 1) == taken }
    }

    // MARK: Finding

    /// What a lease stands for; nil when its task has left.
    func assignment(_ lease: LeaseID) -> Assignment? { index(of: lease).map { entries[$0].assignment } }

    /// When a task was taken.
    func began(_ lease: LeaseID) -> Instant? { index(of: lease).map { entries[$0].since } }

    private func index(of lease: LeaseID) -> Int? { entries.firstIndex { $0.assignment.lease == lease } }

    @discardableResult
    private mutating func takeOut(_ lease: LeaseID) -> Entry? {
        index(of: lease).map { entries.remove(at: $0) }
    }
}
