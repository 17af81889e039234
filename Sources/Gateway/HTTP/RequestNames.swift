internal import BinaryText
internal import Records
internal import Synchronization

/// Ids for requests: random where a run of the server begins, counted from there. They are for finding a request again in
/// the log, not secret, and so need no random bits of their own.
final class RequestNames: Sendable {
    private let run: UInt64
    private let count = Atomic<UInt64>(0)

    init() {
        run = UInt64.random(in: .min ... .max)
    }

    func next() -> String {
        let number = count.add(1, ordering: .relaxed).newValue
        // An odd factor makes a permutation: no two of 2^64 are the same.
        let mixed = (run &+ number) &* 0x9E37_79B9_7F4A_7C15
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: mixed >> (56 - 8 * $0)) }
        return "req_" + (bytes + (0..<4).map { UInt8(truncatingIfNeeded: run >> (24 - 8 * $0)) }).base64URL
    }
}
