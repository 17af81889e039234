internal import Foundation
package import Records

/// The ledger as JSON, the same over HTTP, in exports and on the command line.
package enum RightsText {
    /// An entry. `detail` is for reading; `detail_text` is what was hashed, byte for byte.
    package static func entry(_ entry: LedgerRecord) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("sequence", Int(entry.sequence))
        writer.add("at", Int(entry.at / 1_000_000))
        writer.add("at_microseconds", Int(entry.at))
        writer.add("kind", entry.kind)
        writer.add("subject", entry.subject)
        writer.add("actor", entry.actor)
        writer.add("detail", json: Array(entry.detail.utf8))
        writer.add("detail_text", entry.detail)
        writer.add("previous", entry.previous)
        writer.add("hash", entry.hash)
        return writer.finish()
    }

    private struct Line: Decodable {
        let sequence: Int64
        let at_microseconds: Int64
        let kind: String
        let subject: String
        let actor: String
        let detail_text: String
        let previous: String
        let hash: String
    }

    /// Reads an exported entry. - Returns: nil when it is none.
    package static func entry(line: [UInt8]) -> LedgerRecord? {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(line)) else { return nil }
        return LedgerRecord(
            sequence: line.sequence,
            at: line.at_microseconds,
            kind: line.kind,
            subject: line.subject,
            actor: line.actor,
            detail: line.detail_text,
            previous: line.previous,
            hash: line.hash
        )
    }

    package static func check(_ check: LedgerCheck) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("object", "ledger_check")
        writer.add("is_whole", check.fault == nil)
        writer.add("entries", Int(check.entries))
        writer.add("head", check.head?.description)
        writer.add("fault", check.fault.map { "\($0)" })
        return writer.finish()
    }
}
