/// A history as text: time goes down the page, and everybody has a column.
enum TraceRenderer {
    private static let mostWidth = 34
    /// A history that did not get small: how it ends.
    private static let mostLines = 120

    static func text(_ script: Script, start: Int64, ending: String) -> String {
        let workers = Set(script.notes.compactMap { if case .worker(let index) = $0.column { index } else { nil } })
        let columns: [Script.Column] = [.clients, .core, .records] + workers.sorted().map { .worker($0) }
        let all = lines(script.notes, columns, start: start)
        let lines = Array(all.suffix(mostLines))
        let left = all.count - lines.count
        var widths = [8] + columns.map { title($0).count }
        for line in lines {
            for (place, cell) in line.enumerated() { widths[place] = min(mostWidth, max(widths[place], cell.count)) }
        }
        let head = row(["seconds"] + columns.map(title), widths)
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "─┼─")
        let before = left > 0 ? ["… \(left) lines before"] : []
        return (before + [head, rule] + lines.map { row($0, widths) } + [rule, ending]).joined(separator: "\n") + "\n"
    }

    private static func title(_ column: Script.Column) -> String {
        switch column {
        case .clients: "clients, operators"
        case .core: "core"
        case .records: "records"
        case .worker(let index): "w\(index)"
        }
    }

    /// One line for each event, and more where somebody has more to say than fits into it.
    private static func lines(_ notes: [Script.Note], _ columns: [Script.Column], start: Int64) -> [[String]] {
        var lines: [[String]] = []
        var turn = -1
        for note in notes {
            guard let column = columns.firstIndex(of: note.column) else { continue }
            let isNew = note.turn != turn
            if isNew || lines[lines.count - 1][column + 1] != "" {
                lines.append([isNew ? seconds(note.at - start) : ""] + columns.map { _ in "" })
            }
            turn = note.turn
            lines[lines.count - 1][column + 1] = String(note.text.prefix(mostWidth))
        }
        return lines
    }

    /// Milliseconds are enough to tell what comes before what.
    private static func seconds(_ microseconds: Int64) -> String {
        let milliseconds = abs(microseconds) / 1_000
        let rest = "\(milliseconds % 1_000)"
        let zeros = String(repeating: "0", count: 3 - rest.count)
        return "\(microseconds < 0 ? "-" : "")\(milliseconds / 1_000).\(zeros)\(rest)"
    }

    private static func row(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(cells, widths).enumerated().map { place, cell in
            let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
            // Times to the right, so that their points stand below each other.
            return place == 0 ? space + cell.0 : cell.0 + space
        }
        var line = padded.joined(separator: " │ ")
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }
}
