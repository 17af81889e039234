/// Goes along a ledger, entry by entry, and finds where it was tampered with.
public struct LedgerCheck: Hashable, Sendable {
    /// Where the chain breaks, and how.
    public enum Fault: Hashable, Sendable, CustomStringConvertible {
        /// An entry was taken out, put in, or moved.
        case gap(expected: Int64, found: Int64)
        /// An entry's content is not what was hashed.
        case changed(sequence: Int64)
        /// An entry does not hold the hash of the one before it.
        case unlinked(sequence: Int64)
        /// The ledger does not hold the entry that it was known to hold: it was cut short, or written anew.
        case headMissing(sequence: Int64)

        /// A message for a person.
        public var description: String {
            switch self {
            case .gap(let expected, let found): "entry \(expected) should follow, and \(found) does"
            case .changed(let sequence): "entry \(sequence) was changed after it was written"
            case .unlinked(let sequence): "entry \(sequence) does not follow the entry before it"
            case .headMissing(let sequence):
                "entry \(sequence) is not the one that was noted: the ledger was cut short or written anew"
            }
        }
    }

    /// The last entry of a ledger as somebody noted it, such as `12:9f86…`.
    public struct Head: Hashable, Sendable, CustomStringConvertible {
        public let sequence: Int64
        public let hash: String

        public init(sequence: Int64, hash: String) {
            self.sequence = sequence
            self.hash = hash
        }

        /// - Returns: nil when the text is not `NUMBER:HASH`.
        public init?(_ text: String) {
            let parts = text.split(separator: ":")
            guard parts.count == 2, let sequence = Int64(parts[0]), sequence > 0, FileStore.isDigest(parts[1]) else {
                return nil
            }
            self.init(sequence: sequence, hash: String(parts[1]))
        }

        public var description: String { "\(sequence):\(hash)" }
    }

    /// An end that was noted earlier and must still be there. Without one, entries cut off the end are not missed.
    private let noted: Head?
    public private(set) var head: Head?
    public private(set) var fault: Fault?

    public init(noted: Head? = nil) {
        self.noted = noted
    }

    public var entries: Int64 { head?.sequence ?? 0 }

    /// The next entry, in order. After the first fault nothing more is looked at.
    public mutating func add(_ entry: LedgerRecord) {
        guard fault == nil else { return }
        let expected = entries + 1
        if entry.sequence != expected {
            fault = .gap(expected: expected, found: entry.sequence)
        } else if entry.previous != (head?.hash ?? LedgerRecord.origin) {
            fault = .unlinked(sequence: entry.sequence)
        } else if entry.hash != entry.digest {
            fault = .changed(sequence: entry.sequence)
        } else if let noted, noted.sequence == entry.sequence, noted.hash != entry.hash {
            fault = .headMissing(sequence: noted.sequence)
        } else {
            head = Head(sequence: entry.sequence, hash: entry.hash)
        }
    }

    /// There are no more entries.
    public mutating func finish() {
        if fault == nil, let noted, noted.sequence > entries { fault = .headMissing(sequence: noted.sequence) }
    }
}
