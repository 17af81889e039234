internal import Foundation
internal import Glibc
internal import Logging
internal import Synchronization

/// Where logs go: standard error, as text for people or as one JSON object a line.
enum LogOutput {
    static func start(level: String, format: String) -> Logger {
        let level = Logger.Level(rawValue: level) ?? .info
        if format == "json" { LibraryOutput.capture() }
        LoggingSystem.bootstrap { label in
            var handler: any LogHandler = format == "json" ? JSONLogHandler() : TextLogHandler(label: label)
            handler.logLevel = level
            return handler
        }
        return Logger(label: "heatsink")
    }
}

/// One JSON object a line, keys in a fixed order.
struct JSONLogHandler: LogHandler {
    private static let lock = Mutex(())

    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        Self.write(
            level: event.level.rawValue,
            "\(event.message)",
            metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues { "\($0)" }
        )
    }

    static func time(_ moment: Date) -> String {
        moment.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// One line, without a logger: for what happens before there is one.
    static func write(level: String, _ message: String, _ fields: [String: String] = [:]) {
        var fields = fields
        fields["time"] = time(Date())
        fields["level"] = level
        fields["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(fields) else { return }
        lock.withLock { _ in
            LibraryOutput.write(Array(PlainText.shown(json: String(decoding: line, as: UTF8.self)).utf8) + [0x0A])
        }
    }
}

/// One line for each message, as swift-log's own handler writes it, but what came from others cannot break the line.
struct TextLogHandler: LogHandler {
    private static let lock = Mutex(())

    let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let fields = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let time = Date().formatted(.iso8601)
        let line = PlainText.shown("\(time) \(event.level) \(label):\(fields) \(event.message)")
        Self.lock.withLock { _ in FileHandle.standardError.write(Data((line + "\n").utf8)) }
    }
}
