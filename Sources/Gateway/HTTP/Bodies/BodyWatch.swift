internal import HTTPTypes
internal import NIOCore
internal import Synchronization

/// Watches one body while it is read: its length, its pace, and how it ends.
final class BodyWatch: Sendable {
    enum Ending: Hashable, Sendable {
        /// All of it was read.
        case whole
        /// It broke off, broke the rules of HTTP, was too large or too slow: nothing more can be read.
        case broken
    }

    private struct State: Sendable {
        var pace: ArrivalPace
        var limit: Int
        var isTaken = false
        var isTooSlow = false
        var ending: Ending?
        var alarm: RepeatedTask?
    }

    /// How often the pace is looked at.
    private static let interval = TimeAmount.milliseconds(500)

    private let state: Mutex<State>
    private let channel: any Channel

    init(rule: BodyRule, pace: ArrivalPace.Limits, channel: any Channel) {
        self.channel = channel
        state = Mutex(State(pace: ArrivalPace(limits: pace), limit: rule.limit))
    }

    /// Whether somebody reads it, or did: nobody else can.
    var isTaken: Bool { state.withLock(\.isTaken) }
    var ending: Ending? { state.withLock(\.ending) }

    /// From now on only so many bytes and seconds are given: nobody needs what comes.
    func hurry(bytes: Int, seconds: Double) {
        state.withLock { state in
            state.limit = min(state.limit, state.pace.bytes + bytes)
            state.pace.hurry(atMost: seconds)
        }
    }

    /// To be called when somebody begins to read.
    func take() { state.withLock { $0.isTaken = true } }

    /// The next piece. - Throws: ``APIError`` when there is none and should be.
    func next(_ read: () async throws -> ByteBuffer?) async throws -> ByteBuffer? {
        guard begin() else { return nil }
        do {
            guard let piece = try await read() else {
                // An alarm ends the input, which may look like the body's end.
                let isTooSlow = end(.whole)
                if isTooSlow { throw APIError.tooSlow }
                return nil
            }
            if let failure = take(piece.readableBytes) { throw failure }
            return piece
        } catch let error as APIError {
            _ = end(.broken)
            throw error
        } catch is CancellationError {
            _ = end(.broken)
            throw CancellationError()
        } catch {
            throw end(.broken) ? APIError.tooSlow : APIError.malformedBody
        }
    }

    // MARK: Steps

    /// - Returns: false when the end has come.
    private func begin() -> Bool {
        state.withLock { state in
            guard state.ending == nil else { return false }
            state.pace.beginWaiting(at: Self.now)
            if state.alarm == nil { state.alarm = makeAlarm() }
            return true
        }
    }

    private func take(_ count: Int) -> APIError? {
        state.withLock { state in
            state.pace.endWaiting(at: Self.now)
            state.pace.count(count)
            if state.pace.bytes > state.limit { return .bodyTooLarge(limit: state.limit) }
            if state.pace.hasTooManyPieces { return .bodyInTooManyPieces }
            return nil
        }
    }

    /// - Returns: whether it ended because it was too slow.
    private func end(_ ending: Ending) -> Bool {
        let (alarm, isTooSlow) = state.withLock { state in
            state.pace.endWaiting(at: Self.now)
            state.ending = state.isTooSlow ? .broken : ending
            defer { state.alarm = nil }
            return (state.alarm, state.isTooSlow)
        }
        alarm?.cancel()
        return isTooSlow
    }

    /// Ends the input once the body is too slow; its reader gets an error then. The answer can still be sent.
    private func makeAlarm() -> RepeatedTask {
        channel.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { [weak self] task in
            guard let self else { return task.cancel() }
            let isTooSlow = state.withLock { state in
                state.isTooSlow = state.isTooSlow || state.pace.isTooSlow(at: Self.now)
                return state.isTooSlow
            }
            guard isTooSlow else { return }
            task.cancel()
            channel.close(mode: .input, promise: nil)
        }
    }

    private static var now: Double {
        Double(NIODeadline.now().uptimeNanoseconds) / 1e9
    }
}
