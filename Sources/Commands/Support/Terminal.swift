internal import Foundation
internal import Glibc

/// What is written for people (standard error) and for programs (standard output).
///
/// Everything passes ``PlainText``: names, prompts and file names are other people's.
enum Terminal {
    /// Whether progress is worth drawing.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }
    /// Whether a person reads standard output.
    static var isShown: Bool { isatty(STDOUT_FILENO) == 1 }

    /// One line.
    static func write(_ line: String) { write(bytes: PlainText.shown(line) + "\n") }

    /// Text of several lines. No part of it may come from others.
    static func write(lines text: String) { write(bytes: PlainText.shown(text, lines: true) + "\n") }

    /// One line.
    static func writeError(_ line: String) { writeError(bytes: PlainText.shown(line) + "\n") }

    /// Text of several lines.
    static func writeError(lines text: String) { writeError(bytes: PlainText.shown(text, lines: true) + "\n") }

    static func write(json document: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(document) else { return }
        write(jsonText: Array(data))
    }

    /// A JSON document that is text already.
    static func write(jsonText document: [UInt8]) {
        write(bytes: PlainText.shown(json: String(decoding: document, as: UTF8.self)) + "\n")
    }

    /// Draws `done` of `total` as a bar, over the last one. Nothing when nobody looks.
    static func progress(_ done: Int, of total: Int, _ label: String) {
        guard isInteractive, total > 1 else { return }
        let width = 30
        let filled = done * width / max(1, total)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        let end = done == total ? "\n" : ""
        writeError(bytes: "\r\u{1B}[K[\(bar)] \(done)/\(total) \(PlainText.shown(label))\(end)")
    }

    private static func write(bytes text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    private static func writeError(bytes text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
