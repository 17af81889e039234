internal import Foundation
internal import Records
internal import SurgeCore

/// The page of a shared picture, with what makes its link unfurl (https://ogp.me).
struct SharePage {
    private let values: [String: String]

    init(_ share: ShareRecord, page: String) {
        let words = share.words ?? ""
        let shown = words.count > 160 ? words.prefix(157) + "…" : words[...]
        values = [
            "title": words.isEmpty ? "A picture painted with Heatsink" : String(shown),
            "description": "Painted by a machine: \(share.picture.revisedPrompt.prefix(200))",
            "picture": "\(page)/picture",
            "page": page,
            "width": "\(share.picture.width)",
            "height": "\(share.picture.height)",
            "type": "image/\(share.picture.format)",
            "words": words,
            "made": Date(timeIntervalSince1970: Double(share.createdAt.unixSeconds)).formatted(.iso8601),
            "look": share.picture.revisedPrompt,
        ]
    }

    /// Puts the values, escaped, where the template names them as `{{name}}`.
    func text(template: String) -> String {
        var text = ""
        var rest = template[...]
        while let start = rest.range(of: "{{"), let end = rest.range(of: "}}", range: start.upperBound..<rest.endIndex)
        {
            text += rest[..<start.lowerBound]
            text += Self.escaped(values[String(rest[start.upperBound..<end.lowerBound])] ?? "")
            rest = rest[end.upperBound...]
        }
        return text + rest
    }

    /// Text that is only text, between tags as well as in quoted attributes.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
