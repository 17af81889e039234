internal import ArgumentParser
internal import Foundation
internal import Records
internal import Service

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look at the ledger of decisions, check that nobody tampered with it, export it.",
        discussion: """
            Every refusal, rewrite, takedown and lever is an entry that holds the hash of the one before it. Note the head
            that a check prints somewhere else: with --head, a later check also finds entries that were cut off the end.

            heatsink audit --check --head 120:9f86d081884c7d65…
            heatsink audit --export ledger.jsonl
            heatsink audit --check --file ledger.jsonl
            """
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "Go along the whole chain. Exit status 1 when it was tampered with.")
    var check = false

    @Option(help: "With --check: an end of the chain that must still be there, as NUMBER:HASH.")
    var head: String?

    @Option(help: "With --check: an exported ledger instead of the server's own.")
    var file: String?

    @Option(help: "Write all entries to a file, a line each; - for standard output.")
    var export: String?

    @Option(help: "Show only entries whose kind begins with this, such as takedown or prompt.")
    var kind: String?

    @Option(help: "Show at most so many, the newest first.")
    var limit = 50

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if let head, LedgerCheck.Head(head) == nil {
            throw ValidationError("--head takes NUMBER:HASH, as `heatsink audit --check` prints it.")
        }
        guard check || (head == nil && file == nil) else { throw ValidationError("--head and --file go with --check.") }
        guard !check || export == nil else { throw ValidationError("--check and --export are two steps.") }
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit takes 1 to 100000.") }
    }

    func run() async throws {
        if check { return try await runCheck() }
        let store = try DataFolder(try await common.settings().dataFolder).openStore()
        if let export { return try await write(store, to: export) }
        try await show(store)
    }

    // MARK: Checking

    private func runCheck() async throws {
        let noted = head.flatMap(LedgerCheck.Head.init)
        var check: LedgerCheck
        if let file {
            check = LedgerCheck(noted: noted)
            try Self.read(file) { check.add($0) }
            check.finish()
        } else {
            let store = try DataFolder(try await common.settings().dataFolder).openStore()
            check = try await LedgerCheck.run(over: store, noted: noted)
        }
        if json {
            Terminal.write(jsonText: RightsText.check(check))
        } else if let fault = check.fault {
            Terminal.write("tampered with: \(fault)")
        } else {
            Terminal.write("whole: \(check.entries) entries, head \(check.head?.description ?? "none")")
        }
        guard check.fault == nil else { throw ExitCode.failure }
    }

    private static func read(_ file: String, _ body: (LedgerRecord) -> Void) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("\(file) cannot be read")
        }
        for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let entry = RightsText.entry(line: Array(line)) else {
                throw CommandFailure("\(file), line \(number + 1): this is no entry of a ledger")
            }
            body(entry)
        }
    }

    // MARK: Showing

    private func write(_ store: SQLiteStore, to target: String) async throws {
        var text: [UInt8] = []
        try await store.forEachLedgerEntry { entries in
            for entry in entries { text += RightsText.entry(entry) + [UInt8(ascii: "\n")] }
            return true
        }
        guard target != "-" else {
            FileHandle.standardOutput.write(Data(text))
            return
        }
        try PrivateFiles.write(text, to: target)
    }

    private func show(_ store: SQLiteStore) async throws {
        var shown = 0
        var before: Int64?
        while shown < limit {
            let entries = try await store.ledger(before: before, limit: 500)
            guard let last = entries.last else { break }
            before = last.sequence
            for entry in entries where kind.map(entry.kind.hasPrefix) ?? true {
                guard shown < limit else { break }
                shown += 1
                if json {
                    Terminal.write(jsonText: RightsText.entry(entry))
                } else {
                    let time = Date(timeIntervalSince1970: Double(entry.at) / 1e6).formatted(.iso8601)
                    let detail = entry.details.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                    Terminal.write(
                        "\(entry.sequence)  \(time)  \(entry.kind)  \(entry.subject)  \(detail.joined(separator: "  "))"
                    )
                }
            }
        }
        if shown == 0, !json { Terminal.write("nothing has been decided yet") }
    }
}
