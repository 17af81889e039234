internal import Foundation
internal import Scenarios

/// When the official Python client sends a request again (openai 3.54.0, `_base_client.py`).
struct RetryPolicy: Hashable, Sendable {
    /// How often a request is sent again.
    let retries: Int
    /// Set: the client is hasty and sends again after so long, whatever the server says.
    var hastyPauseSeconds: Double?

    /// Seconds until the next sending.
    ///
    /// - Parameters:
    ///   - retriesTaken: how often it was sent again already.
    ///   - jitter: 0 to 1, what the exponential delay is shortened by, as a share of a quarter of it.
    ///   - date: the time now, for servers that name a date.
    /// - Returns: nil: the request has failed for good.
    func delay(after ending: AttemptEnding, retriesTaken: Int, jitter: Double, date: Date) -> Double? {
        guard retriesTaken < retries else { return nil }
        if let pause = hastyPauseSeconds, case .broken = ending { return pause }
        if let pause = hastyPauseSeconds, case .timedOut = ending { return pause }
        if let pause = hastyPauseSeconds, case .refused = ending { return pause }
        let backoff = LibraryRetry.backoffSeconds(retriesTaken: retriesTaken, jitter: jitter)
        switch ending {
        case .delivered, .streamBroken, .unreadable, .jobFailed: return nil
        case .broken, .timedOut: return backoff
        case .refused(let status, _, let advice):
            let asked = Self.askedDelay(advice, date).flatMap { $0.isFinite ? $0 : nil }
            if let asked, asked > LibraryRetry.mostAskedSeconds { return nil }
            guard Self.isWorthRetrying(status, advice) else { return nil }
            if let asked, asked > 0 { return asked }
            return backoff
        }
    }

    private static func isWorthRetrying(_ status: Int, _ advice: RetryAdvice) -> Bool {
        if advice.shouldRetry == "true" { return true }
        if advice.shouldRetry == "false" { return false }
        return status == 408 || status == 409 || status == 429 || status >= 500
    }

    /// Milliseconds before seconds before a date: the first that can be read counts, even if it is no use.
    private static func askedDelay(_ advice: RetryAdvice, _ date: Date) -> Double? {
        if let milliseconds = advice.afterMilliseconds.flatMap({ number($0, dividedBy: 1_000) }) { return milliseconds }
        if let seconds = advice.after.flatMap({ number($0, dividedBy: 1) }) { return seconds }
        return advice.after.flatMap { httpDate($0) }.map { $0.timeIntervalSince(date) }
    }

    /// A number as Python's `float` reads it; one too large for it is longer than any wait that is granted.
    private static func number(_ text: String, dividedBy divisor: Double) -> Double? {
        let text = text.trimmingCharacters(in: .whitespaces).lowercased()
        guard !text.contains("x"), let value = Double(text) else { return nil }
        let infinities = ["inf", "+inf", "infinity", "+infinity"]
        if value == .infinity, !infinities.contains(text) { return LibraryRetry.mostAskedSeconds + 1 }
        return value / divisor
    }

    private static func httpDate(_ text: String) -> Date? {
        let reader = DateFormatter()
        reader.locale = Locale(identifier: "en_US_POSIX")
        reader.timeZone = TimeZone(secondsFromGMT: 0)
        reader.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return reader.date(from: text)
    }
}
