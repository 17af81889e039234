/// A table; the first column holds names, the others figures.
package struct ReportTable: Hashable, Sendable {
    package let title: String
    package let header: [String]
    package let rows: [[String]]

    package init(title: String, header: [String], rows: [[String]]) {
        self.title = title
        self.header = header
        self.rows = rows
    }

    /// In columns for a terminal: names to the left, figures to the right.
    package var text: String {
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        let body = lines.map { line in
            zip(line, widths).enumerated()
                .map { column, cell in
                    let space = String(repeating: " ", count: cell.1 - cell.0.count)
                    return column == 0 ? cell.0 + space : space + cell.0
                }
                .joined(separator: "  ")
                .trimmingSpacesAtEnd
        }
        return ([title, body[0], rule] + body.dropFirst()).joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingSpacesAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
