internal import Charts

/// A figure of the page: what to see in it, what its colours mean, its drawings, and the exact figures.
struct PageFigure: Sendable {
    struct Panel: Sendable {
        var title = ""
        /// The colour that belongs to the title.
        var style = ""
        let drawing: String
    }

    enum Layout: String, Sendable {
        case whole
        case halves
        case thirds

        /// Of a drawing, so that letters have one size whatever the layout.
        var width: Double {
            switch self {
            case .whole: 860
            case .halves: 415
            case .thirds: 270
            }
        }
    }

    var title: String
    var caption = ""
    var layout = Layout.whole
    /// Name and class of what the colours and dashes mean.
    var legend: [(name: String, style: String)] = []
    var panels: [Panel] = []
    var tables: [ReportTable] = []

    var html: String {
        let shown = panels.filter { !$0.drawing.isEmpty }
        let tables = tables.filter { !$0.rows.isEmpty }
        guard !shown.isEmpty || !tables.isEmpty else { return "" }
        let text =
            caption.isEmpty ? "" : "<figcaption>\(HTMLText.escaped(NumberText.keepingUnits(caption)))</figcaption>"
        let drawings = shown.isEmpty ? "" : "<div class=\"panels \(layout)\">\(shown.map(Self.html).joined())</div>"
        return """
            <figure><div class="plot"><h3>\(HTMLText.escaped(title))</h3>\(text)\(shown.isEmpty ? "" : legendHTML)\
            \(drawings)</div>\(tables.map(Self.html).joined())</figure>
            """
    }

    private var legendHTML: String {
        guard !legend.isEmpty else { return "" }
        let items = legend.map { "<li><i class=\"\($0.style)\"></i>\(HTMLText.escaped($0.name))</li>" }
        return "<ul class=\"legend\">\(items.joined())</ul>"
    }

    private static func html(_ panel: Panel) -> String {
        let swatch = panel.style.isEmpty ? "" : "<i class=\"\(panel.style)\"></i>"
        let title = panel.title.isEmpty ? "" : "<h4>\(swatch)\(HTMLText.escaped(panel.title))</h4>"
        return "<div>\(title)\(panel.drawing)</div>"
    }

    private static func html(_ table: ReportTable) -> String {
        func cells(_ row: [String], _ tag: String) -> String {
            row.map { "<\(tag)>\(HTMLText.escaped($0))</\(tag)>" }.joined()
        }
        let rows = table.rows.map { "<tr>\(cells($0, "td"))</tr>" }.joined()
        let title = table.title.isEmpty ? "" : "<caption>\(HTMLText.escaped(table.title))</caption>"
        return """
            <div class="table"><table>\(title)<thead><tr>\(cells(table.header, "th"))</tr></thead>\
            <tbody>\(rows)</tbody></table></div>
            """
    }
}

/// A part of the page under one heading.
struct PageSection: Sendable {
    let title: String
    var note = ""
    /// HTML that stands before the figures.
    var preface = ""
    let figures: [PageFigure]

    /// Empty when there is nothing to show.
    var html: String {
        let shown = figures.map(\.html).filter { !$0.isEmpty }
        guard !shown.isEmpty else { return "" }
        let text = note.isEmpty ? "" : "<p class=\"note\">\(HTMLText.escaped(note))</p>"
        return "<section><h2>\(HTMLText.escaped(title))</h2>\(text)\(preface)\(shown.joined(separator: "\n"))</section>"
    }
}
