internal import Foundation
internal import Scenarios
internal import SurgeLab
internal import Synchronization

/// How far a run has come, in simulated and in real time, on one line of a terminal. Nothing when nobody looks.
final class LabProgressBar: Sendable {
    private struct State {
        var policy = ""
        var began = ContinuousClock.now
        var drawn: ContinuousClock.Instant?
    }

    private let durationSeconds: Double
    private let state = Mutex(State())

    init(day: Day) {
        durationSeconds = day.durationSeconds
    }

    func show(_ progress: Laboratory.Progress) {
        guard Terminal.isInteractive else { return }
        let now = ContinuousClock.now
        let seconds = state.withLock { state -> Double? in
            if state.policy != progress.policy {
                (state.policy, state.began, state.drawn) = (progress.policy, now, nil)
            }
            if let drawn = state.drawn, now - drawn < .milliseconds(100), progress.share < 1 { return nil }
            state.drawn = now
            return (now - state.began) / .seconds(1)
        }
        guard let seconds else { return }
        let width = 24
        let filled = Int(progress.share * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        let simulated = Int(progress.share * durationSeconds)
        let left = progress.share > 0 ? Int(seconds / progress.share - seconds) : 0
        let rate = seconds > 0 ? Int(Double(progress.requests) / seconds / 1_000) : 0
        let line =
            "\r\(progress.policy) [\(bar)] day \(simulated / 86_400 + 1), \(Self.clock(simulated % 86_400)) simulated, "
            + "\(Int(seconds)) s real, \(rate),000 requests a second, \(left) s left    "
        FileHandle.standardError.write(Data(line.utf8))
    }

    func end() {
        if Terminal.isInteractive { Terminal.writeError("") }
    }

    private static func clock(_ seconds: Int) -> String {
        "\(seconds / 3_600):\(String(format: "%02d", seconds / 60 % 60))"
    }
}
