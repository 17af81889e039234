internal import HTTPTypes

/// How long a client wants to wait for its answer (RFC 7240).
enum Preference: Hashable, Sendable {
    /// As long as it takes.
    case none
    case respondAsync
    case wait(seconds: Int)

    static let longestWaitSeconds = 600

    /// - Throws: ``APIError`` when `wait` has no number of seconds that is accepted. Unknown preferences are ignored.
    init(_ headers: HTTPFields) throws(APIError) {
        var preference = Preference.none
        for part in headers[values: .prefer].joined(separator: ",").split(separator: ",") {
            // What follows a semicolon are a preference's parameters.
            let text = part.split(separator: ";").first?.trimmingWhitespace().lowercased() ?? ""
            if text == "respond-async" {
                // Together with `wait` it means: wait so long, then answer with the job.
                if preference == .none { preference = .respondAsync }
            } else if text.hasPrefix("wait=") {
                let number = text.dropFirst("wait=".count).trimmingQuotes()
                guard number.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                    let seconds = Int(number), (0...Self.longestWaitSeconds).contains(seconds)
                else {
                    throw .invalid(
                        "Prefer",
                        "Prefer: wait takes 0 to \(Self.longestWaitSeconds) seconds, as in wait=20."
                    )
                }
                preference = .wait(seconds: seconds)
            }
        }
        self = preference
    }
}

extension Substring {
    func trimmingWhitespace() -> Substring {
        var text = self
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    fileprivate func trimmingQuotes() -> Substring {
        guard count >= 2, first == "\"", last == "\"" else { return self }
        return dropFirst().dropLast()
    }
}
