/// The promises of the design, by their numbers there.
enum Promise: Int, CaseIterable, Sendable {
    case nothingForgotten = 1
    case workConserving
    case fair
    case prompt
    case qualityOpenly
    case refusalTyped
    case bounded
    case deterministic
    case paidOnce
    case noDeadWork
    case honestClocks
}

/// A promise that was broken, and how.
struct Violation: CustomStringConvertible, Sendable {
    let promise: Promise
    let text: String

    var description: String { "promise \(promise.rawValue) (\(promise)): \(text)" }
}
