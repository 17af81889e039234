public import Records
public import Service
public import SurgeCore
internal import Synchronization

/// A painter without a model: paints when the test lets it, and remembers what it was asked.
public final class FakePainter: Painter {
    private struct State: ~Copyable {
        var isOpen: Bool
        var waiting: [CheckedContinuation<Void, Never>] = []
        var painted: [String] = []
        var failure: PaintError?
        var failures = 0
    }

    private let state: Mutex<State>

    /// - Parameter isOpen: whether it paints at once, without being let.
    public init(isOpen: Bool = true) {
        state = Mutex(State(isOpen: isOpen))
    }

    /// The prompts of the tasks that were painted, in order.
    public var painted: [String] { state.withLock { $0.painted } }

    /// How many tasks wait to be let.
    public var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// From now on, every task fails like this; nil: none does.
    public func fail(with failure: PaintError?) { state.withLock { $0.failure = failure } }

    /// How many tasks have failed.
    public var failureCount: Int { state.withLock { $0.failures } }

    /// Lets everything through from now on.
    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    public func paint(
        _ request: PaintRequest,
        task: Int,
        rung: Rung,
        onPartial: @Sendable (PictureRecord) async -> Void
    ) async throws(PaintError) -> PictureRecord {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        let failure = state.withLock { state in
            if state.failure != nil { state.failures += 1 }
            return state.failure
        }
        if let failure { throw failure }
        for index in 0..<request.partialImages { await onPartial(Self.picture("partial \(index)")) }
        state.withLock { $0.painted.append(request.prompt) }
        return Self.picture("\(request.prompt) \(task)")
    }

    private static func picture(_ name: String) -> PictureRecord {
        PictureRecord(
            digest: Digest.hexadecimal(of: Array(name.utf8)),
            format: "png",
            width: 64,
            height: 64,
            revisedPrompt: name
        )
    }
}
