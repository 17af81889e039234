/// Text inside HTML.
package enum HTMLText {
    package static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            // Control characters may stand in no document, escaped or not.
            case _ where character.unicodeScalars.contains(where: isControl): escaped += "\u{fffd}"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 && scalar != "\n" && scalar != "\r" && scalar != "\t"
    }
}
