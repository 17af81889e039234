internal import Foundation

/// Arrivals that were recorded or made up elsewhere.
struct ArrivalTrace: Hashable, Sendable {
    struct Arrival: Hashable, Sendable {
        let seconds: Double
        /// Any name; the same name is the same user.
        let user: String?
    }

    let arrivals: [Arrival]

    /// Reads lines of `seconds` or `seconds,user`. A first line that holds no number is a heading; `#` begins a comment.
    ///
    /// - Parameter file: the name that errors say.
    init(csv: String, file: String) throws(LoadError) {
        var arrivals: [Arrival] = []
        for (index, line) in csv.split(whereSeparator: \.isNewline).enumerated() {
            let columns = line.split(separator: ",", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
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

    init(file: String) throws(LoadError) {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw .unreadable(file: file, reason: error.localizedDescription)
        }
        try self.init(csv: text, file: file)
    }
}
