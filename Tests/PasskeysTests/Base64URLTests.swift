import BinaryText
import TestKit
import Testing

@testable import Passkeys

@Suite("Base64 for addresses")
struct Base64URLTests {
    @Test(
        "RFC 4648's examples, without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func examples(plain: String, encoded: String) {
        #expect(Base64URL.encode(plain.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test("Any bytes come back", arguments: 0..<200)
    func roundTrip(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let text = Base64URL.encode(bytes)
        #expect(Base64URL.decode(text) == bytes)
        #expect(try text.decoded() == bytes)
    }

    @Test(
        "What is not the one form of its bytes is refused",
        arguments: [
            "Z", "Zm9vY", "Zg==", "Zm8=", "Zh", "Zm9", "Zm-_+", "Zm+/", " Zg", "Zg ", "Zg\n", "Z\u{E9}", "Zm\u{0}v",
            "=",
        ]
    )
    func refused(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("Of all texts of two characters only those are read that are written, too")
    func onlyForm() {
        for first in UInt8(0)..<128 {
            for second in UInt8(0)..<128 {
                let text = String(decoding: [first, second], as: UTF8.self)
                if let bytes = Base64URL.decode(text) { #expect(Base64URL.encode(bytes) == text) }
            }
        }
    }
}
