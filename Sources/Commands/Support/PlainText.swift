/// Text for terminals and logs: what came from others cannot move the cursor, change colours or turn lines around.
enum PlainText {
    /// Control characters, and those that are not seen but change what is: as `\u{1B}`.
    ///
    /// - Parameter lines: whether line breaks and tabs are kept.
    static func shown(_ text: String, lines: Bool = false) -> String {
        guard !isPlain(text, lines: lines) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isHarmless(scalar, lines: lines) {
                shown.unicodeScalars.append(scalar)
            } else {
                shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
        return shown
    }

    /// The same for a JSON document, which means the same after it: such characters stand in strings only.
    static func shown(json text: String) -> String {
        guard !isPlain(text, lines: true) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isHarmless(scalar, lines: true) {
                shown.unicodeScalars.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return shown
    }

    /// Joiners and variation selectors are parts of written languages and of emoji; they move nothing.
    private static func isHarmless(_ scalar: Unicode.Scalar, lines: Bool) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: return true
        case 0x09, 0x0A: return lines
        case 0x200C, 0x200D: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }

    private static func isPlain(_ text: String, lines: Bool) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) || (lines && ($0 == 0x0A || $0 == 0x09)) }
    }
}
