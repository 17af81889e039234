internal import FoundationEssentials

/// Arrivals that were recorded or made up elsewhere.
package struct ArrivalTrace: Hashable, Sendable {
    package struct Arrival: Hashable, Sendable {
        package let seconds: Double
        /// Any name; the same name is the same user.
        package let user: String?

        package init(seconds: Double, user: String?) {
            self.seconds = seconds
            self.user = user
        }
    }

    package let arrivals: [Arrival]

    /// Reads lines of `seconds` or `seconds,user`. A first line that holds no number is a heading; `#` begins a comment.
    ///
    /// - Parameter file: the name that errors say.
    package init(csv: String, file: String) throws(ScenarioError) {
        var arrivals: [Arrival] = []
        for (index, line) in csv.split(whereSeparator: \.isNewline).enumerated() {
            let columns = line.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.trimming { $0 == " " || $0 == "\t" } }
            guard let first = columns.first, !first.isEmpty, !first.hasPrefix("#") else { continue }
            guard let seconds = Double(first), seconds.isFinite, seconds >= 0 else {
                if index == 0 { continue }
                throw .unreadable(file: file, reason: "'\(line)' does not begin with seconds since the start")
            }
            let user = columns.count > 1 && !columns[1].isEmpty ? columns[1] : nil
            arrivals.append(Arrival(seconds: seconds, user: user))
        }
        guard !arrivals.isEmpty else { throw .unreadable(file: file, reason: "there are no arrivals in it") }
        self.arrivals = arrivals
    }

    package init(file: String) throws(ScenarioError) {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw .unreadable(file: file, reason: "it does not exist, or is no text in UTF-8")
        }
        try self.init(csv: text, file: file)
    }
}

extension Substring {
    fileprivate func trimming(_ isSpace: (Character) -> Bool) -> String {
        var rest = self
        while let first = rest.first, isSpace(first) { rest.removeFirst() }
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }
}
