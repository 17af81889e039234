internal import Foundation
internal import Glibc

/// What is written for people (standard error) and for programs (standard output).
enum Terminal {
    /// Whether progress is worth drawing.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    static func write(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func writeError(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    static func write(json document: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(document) else { return }
        write(String(decoding: data, as: UTF8.self))
    }

    /// Draws `done` of `total` as a bar, over the last one. Nothing when nobody looks.
    static func progress(_ done: Int, of total: Int, _ label: String) {
        guard isInteractive, total > 1 else { return }
        let width = 30
        let filled = done * width / max(1, total)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        let end = done == total ? "\n" : ""
        FileHandle.standardError.write(Data("\r\u{1B}[K[\(bar)] \(done)/\(total) \(label)\(end)".utf8))
    }
}
