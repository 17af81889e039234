internal import Foundation

/// A request's path as logs may hold it.
///
/// A share's, a decision's or an opt-out's name opens it to everyone who knows the name, and a log is read by more people than
/// that. Queries, where links carry their signatures, are never logged.
enum LoggedPath {
    private static let longest = 200
    /// Routes whose next part is such a name.
    private static let secretAfter: Set<String> = [
        "/s", "/v1/decisions", "/v1/opt-outs", "/v1/shares", "/ops/rights/opt-outs", "/ops/rights/reviews",
        "/ops/rights/appeals",
    ]

    static func text(_ path: String) -> String {
        var shown = ""
        var plain = ""
        for part in path.prefix(longest).split(separator: "/") {
            let decoded = part.removingPercentEncoding ?? String(part)
            // A key in an address is a mistake that clients make.
            let isSecret = secretAfter.contains(plain) || decoded.contains("hs_")
            shown += isSecret ? "/…" : "/\(part)"
            plain += "/\(decoded)"
        }
        return shown.isEmpty ? "/" : shown
    }
}
