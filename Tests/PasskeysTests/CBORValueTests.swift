import TestKit
import Testing

@testable import Passkeys

@Suite("CBOR, read strictly")
struct CBORValueTests {
    @Test(
        "RFC 8949's examples",
        arguments: [
            ("00", 0), ("01", 1), ("17", 23), ("1818", 24), ("1903e8", 1_000), ("1a000f4240", 1_000_000),
            ("1bffffffffffffffff", .unsigned(.max)), ("3bffffffffffffffff", .negative(.max)), ("20", -1), ("29", -10),
            ("3863", -100), ("3903e7", -1_000), ("f4", .boolean(false)), ("f5", .boolean(true)), ("f6", .null),
            ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])), ("60", .text("")), ("6161", .text("a")),
            ("62225c", .text("\"\\")), ("62c3bc", .text("\u{FC}")), ("64f0908591", .text("\u{10151}")),
            ("80", .array([])), ("83010203", .array([1, 2, 3])), ("8301820203820405", .array([1, [2, 3], [4, 5]])),
            ("a0", .map([:])), ("a201020304", .map([1: 2, 3: 4])),
            ("a26161016162820203", .map([.text("a"): 1, .text("b"): [2, 3]])),
        ] as [(String, CBORValue)]
    )
    func examples(hexadecimal: String, value: CBORValue) throws {
        #expect(try CBORValue(bytes(hexadecimal)) == value)
    }

    @Test(
        "What the canonical form does not allow is refused with its reason",
        arguments: [
            // Cut short, or too much declared.
            ("", .truncated), ("18", .truncated), ("19ff", .truncated), ("4401", .truncated), ("8201", .truncated),
            ("a101", .truncated), ("5bffffffffffffffff", .truncated), ("7b7fffffffffffffff00", .truncated),
            ("9bffffffffffffffff", .truncated), ("bbffffffffffffffff", .truncated), ("9a0001000000", .truncated),
            ("ba7fffffff0000", .truncated), ("5a7fffffff00", .truncated),
            ("0000", .trailingBytes), ("a000", .trailingBytes),
            // Numbers and lengths longer than need be.
            ("1817", .notShortest), ("190017", .notShortest), ("1a0000ffff", .notShortest),
            ("1b00000000ffffffff", .notShortest), ("3817", .notShortest), ("580101", .notShortest),
            ("780161", .notShortest), ("980100", .notShortest), ("b8010000", .notShortest),
            // Lengths that are said later.
            ("5f4101ff", .indefiniteLength), ("7f6161ff", .indefiniteLength), ("9f01ff", .indefiniteLength),
            ("bf0101ff", .indefiniteLength),
            // Keys out of order, by type, length and content, or twice.
            ("a203000100", .unsortedKeys), ("a220000100", .unsortedKeys), ("a261610001f6", .unsortedKeys),
            ("a2626161006162f6", .unsortedKeys), ("a2616200616100", .unsortedKeys), ("a2181800f600", .unsupportedKey),
            ("a201000100", .unsortedKeys), ("a2616100616100", .unsortedKeys),
            ("a1400000", .unsupportedKey), ("a1800000", .unsupportedKey), ("a1a00000", .unsupportedKey),
            ("a1f400", .unsupportedKey),
            // Types that authenticators do not use.
            ("c000", .unsupportedType), ("c249010000000000000000", .unsupportedType), ("f7", .unsupportedType),
            ("f0", .unsupportedType), ("f820", .unsupportedType), ("f93c00", .unsupportedType),
            ("fa47c35000", .unsupportedType), ("fb3ff199999999999a", .unsupportedType), ("ff", .unsupportedType),
            ("1c", .unsupportedType), ("1e", .unsupportedType), ("1f", .indefiniteLength),
            ("61ff", .notUnicode), ("62c328", .notUnicode), ("63eda080", .notUnicode),
        ] as [(String, PasskeyError.CBORFailure)]
    )
    func refused(hexadecimal: String, failure: PasskeyError.CBORFailure) {
        #expect(throws: failure) { try CBORValue(bytes(hexadecimal)) }
    }

    @Test(
        "Eight arrays or maps within one another are read, nine are not",
        arguments: [[0x81], [0xA1, 0x00]] as [[UInt8]]
    )
    func depth(opening: [UInt8]) throws {
        #expect(throws: Never.self) { try CBORValue(Array(repeatElement(opening, count: 8).joined()) + [0x00]) }
        for count in [9, 1_000, 30_000] {
            let nested = Array(repeatElement(opening, count: count).joined()) + [0x00]
            #expect(throws: PasskeyError.CBORFailure.tooDeep) { try CBORValue(nested) }
        }
    }

    @Test("What is longer than any attestation is refused at once")
    func length() throws {
        let longest = [0x59, 0xFF, 0xFC] + [UInt8](repeating: 0, count: 0xFFFC)
        #expect(throws: Never.self) { try CBORValue(longest) }
        #expect(throws: PasskeyError.CBORFailure.tooLong) { try CBORValue(longest + [0, 0]) }
    }

    @Test("One item is taken off the front, and what follows is left")
    func prefix() throws {
        var rest = bytes("ff8201020304")[1...]
        #expect(try CBORValue.first(of: &rest) == [1, 2])
        #expect(rest == [3, 4])
        #expect(try CBORValue.first(of: &rest) == 3)
        #expect(try CBORValue.first(of: &rest) == 4)
        #expect(throws: PasskeyError.CBORFailure.truncated) { try CBORValue.first(of: &rest) }
    }

    @Test("Random bytes are read or refused, and whatever is read has no other encoding", arguments: 0..<20)
    func randomBytes(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var encodings: [CBORValue: [UInt8]] = [:]
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...12, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            guard let value = try? CBORValue(bytes) else { continue }
            #expect(encodings.updateValue(bytes, forKey: value) ?? bytes == bytes, "seed \(seed)")
        }
    }

    private func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.compactMap { $0.hexDigitValue.map { UInt8($0) } }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension CBORValue: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: CBORValue...) {
        self = .array(elements)
    }
}
