import Records
import SurgeCore
import Testing

@testable import Gateway

@Suite("Signed links")
struct LinkSignerTests {
    private let signer = LinkSigner(secret: Array(0..<32), validSeconds: 3_600)
    private let now = Instant(microseconds: 1_700_000_000_000_000)
    private let picture = PictureRecord(digest: "ab", format: "png", width: 1, height: 1, revisedPrompt: "")

    private func parts() -> (name: String, expires: Int, signature: String) {
        let path = signer.path(to: picture, now: now)
        let pieces = path.split { "/?&=".contains($0) }.map(String.init)
        return (pieces[1], Int(pieces[3]) ?? 0, pieces[5])
    }

    @Test("A link works until its time is over")
    func expires() {
        let (name, expires, signature) = parts()
        #expect(signer.isValid(name: name, expires: expires, signature: signature, now: now))
        let later = now.advanced(bySeconds: 3_601)
        #expect(!signer.isValid(name: name, expires: expires, signature: signature, now: later))
    }

    @Test("No part of a link can be changed")
    func resistsTampering() {
        let (name, expires, signature) = parts()
        #expect(!signer.isValid(name: name, expires: expires + 1, signature: signature, now: now))
        #expect(!signer.isValid(name: "ac.png", expires: expires, signature: signature, now: now))
        #expect(!signer.isValid(name: name, expires: expires, signature: signature + "A", now: now))
        let other = LinkSigner(secret: Array(1...32), validSeconds: 3_600)
        #expect(!other.isValid(name: name, expires: expires, signature: signature, now: now))
    }
}
