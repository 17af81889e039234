public import Records
public import Service
public import SurgeCore
internal import Synchronization

/// A model that paints step by step without a network: takes steps when the test lets it, and remembers who took them
/// together.
public final class FakeStepPainter: StepPainter {
    /// All that it knows of a picture on its way.
    public struct State: StepState, Hashable {
        public let prompt: String
        public let task: Int
        public let seed: UInt64
        public var stepsTaken: Int
        public let stepsInAll: Int

        public init(prompt: String, task: Int, seed: UInt64, stepsTaken: Int = 0, stepsInAll: Int) {
            self.prompt = prompt
            self.task = task
            self.seed = seed
            self.stepsTaken = stepsTaken
            self.stepsInAll = stepsInAll
        }

        public var name: String { "\(prompt) \(task)" }
    }

    private struct Memory: ~Copyable {
        var allowed: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
        var batches: [[String]] = []
        var begun: [State] = []
        var finished: [String] = []
        var failing: [String: PaintError] = [:]
        var failingAtTheEnd: [String: PaintError] = [:]
    }

    private let memory: Mutex<Memory>

    /// - Parameter allowed: how many steps are taken before the test is asked.
    public init(allowed: Int = .max) {
        memory = Mutex(Memory(allowed: allowed))
    }

    /// The tasks of every step, by prompt and number.
    public var batches: [[String]] { memory.withLock { $0.batches } }
    /// Tasks as they were begun, in order.
    public var begun: [State] { memory.withLock { $0.begun } }
    /// Tasks whose pictures were made, in order.
    public var finished: [String] { memory.withLock { $0.finished } }
    /// Whether a step waits to be let.
    public var isWaiting: Bool { memory.withLock { !$0.waiting.isEmpty } }

    /// Pictures of this prompt fail at their next step; for good, unless the error says otherwise.
    public func fail(_ prompt: String, with error: PaintError = .notInstalled("told to fail")) {
        memory.withLock { $0.failing[prompt] = error }
    }

    /// Pictures of this prompt take their steps and cannot be kept after the last one.
    public func failAtTheEnd(_ prompt: String, with error: PaintError) {
        memory.withLock { $0.failingAtTheEnd[prompt] = error }
    }

    /// Nothing fails any more.
    public func heal() {
        memory.withLock { memory in (memory.failing, memory.failingAtTheEnd) = ([:], [:]) }
    }

    /// Lets `count` further steps be taken.
    public func allow(_ count: Int) {
        let waiting = memory.withLock { memory in
            memory.allowed = memory.allowed > .max - count ? .max : memory.allowed + count
            defer { memory.waiting = [] }
            return memory.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    public func begin(_ request: PaintRequest, task: Int, rung: Rung) async throws(PaintError) -> any StepState {
        let state = State(prompt: request.prompt, task: task, seed: request.seedValue, stepsInAll: rung.steps ?? 1)
        memory.withLock { $0.begun.append(state) }
        return state
    }

    public func step(_ states: [any StepState]) async throws(PaintError) -> [any StepState] {
        let states = states.compactMap { $0 as? State }
        while true {
            let isLet = memory.withLock { memory in
                guard memory.allowed > 0 else { return false }
                if memory.allowed < .max { memory.allowed -= 1 }
                return true
            }
            if isLet { break }
            await withCheckedContinuation { continuation in
                let isLet = memory.withLock { memory in
                    if memory.allowed == 0 { memory.waiting.append(continuation) }
                    return memory.allowed > 0
                }
                if isLet { continuation.resume() }
            }
        }
        let failure = memory.withLock { memory -> PaintError? in
            if let failure = states.compactMap({ memory.failing[$0.prompt] }).first { return failure }
            memory.batches.append(states.map(\.name))
            return nil
        }
        if let failure { throw failure }
        return states.map { state in
            var next = state
            next.stepsTaken += 1
            return next
        }
    }

    public func preview(_ state: any StepState, of request: PaintRequest) async throws(PaintError) -> PictureRecord {
        picture("\((state as? State)?.name ?? "") after \(state.stepsTaken)")
    }

    public func finish(_ state: any StepState, of request: PaintRequest) async throws(PaintError) -> PictureRecord {
        guard let state = state as? State else { throw .inference("another painter's state") }
        if let failure = memory.withLock({ $0.failingAtTheEnd[state.prompt] }) { throw failure }
        memory.withLock { $0.finished.append(state.name) }
        return picture("\(state.name) seed \(state.seed)")
    }

    private func picture(_ name: String) -> PictureRecord {
        PictureRecord(
            digest: Digest.hexadecimal(of: Array(name.utf8)),
            format: "png",
            width: 64,
            height: 64,
            revisedPrompt: name
        )
    }
}
