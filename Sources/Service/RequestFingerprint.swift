internal import Records

enum Fingerprint {
    /// 64 bits of what makes two requests the same.
    static func short(_ fingerprint: String, _ idempotencyKey: String?) -> UInt64 {
        // Both are digests or are digested here: their first 16 digits are as random as all.
        let text = idempotencyKey.map { Digest.hexadecimal(of: Array("\($0) \(fingerprint)".utf8)) } ?? fingerprint
        return UInt64(text.prefix(16), radix: 16) ?? 0
    }
}
