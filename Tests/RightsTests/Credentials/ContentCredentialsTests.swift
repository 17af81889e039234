import Foundation
import Imaging
import TestKit
import Testing

@testable import ContentCredentials

@Suite("Content credentials")
struct ContentCredentialsTests {
    private let signatory: Signatory

    init() throws { signatory = try Signatory() }

    @Test("A generated picture says so, in every format", arguments: ImageFormat.writable)
    func generated(format: ImageFormat) throws {
        let picture = try Studio.picture(format)
        let signed = try signatory.credentials.sign(picture, as: format, saying: Studio.description())
        #expect(!signed.isTimestamped)
        #expect(signed.ingredients.isEmpty)
        let report = try signatory.reader.read(signed.bytes, as: format)
        #expect(report.verdict == .trusted)
        #expect(report.findings.isEmpty)
        #expect(report.isOwn)
        #expect(report.isMadeByModel)
        let manifest = try #require(report.manifest)
        #expect(manifest.title == "A picture")
        #expect(manifest.generator == CredentialsReport.Software(name: "Heatsink", version: "1.0"))
        #expect(manifest.signer?.name == "Heatsink development certificate")
        #expect(manifest.signer?.date == nil)
        #expect(manifest.ingredients.isEmpty)
        #expect(
            manifest.actions == [
                CredentialsReport.Action(
                    name: "c2pa.created",
                    sourceType: "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
                    software: CredentialsReport.Software(name: "meadow", version: "2.1"),
                    date: Studio.date
                )
            ]
        )
        #expect(
            manifest.statement
                == PictureStatement(
                    id: "picture-1",
                    policy: PictureStatement.Policy(
                        name: "considerate",
                        version: "sha256:abc",
                        actions: ["rewrite", "label"]
                    ),
                    labels: ["in a known manner"],
                    watermark: "0123456789abcdef",
                    isSignedForDevelopment: true
                )
        )
    }

    @Test("Signing changes no pixel", arguments: ImageFormat.writable)
    func pixels(format: ImageFormat) throws {
        let decoder = try ImageDecoder()
        let picture = try Studio.picture(format)
        let signed = try signatory.credentials.sign(picture, as: format, saying: Studio.description())
        #expect(signed.bytes.count > picture.count)
        #expect(
            try decoder.decode(.bytes(signed.bytes), fitting: 64) == decoder.decode(.bytes(picture), fitting: 64)
        )
    }

    @Test("A reader that does not know us calls the picture valid, not trusted", arguments: ImageFormat.writable)
    func stranger(format: ImageFormat) throws {
        let picture = try Studio.picture(format)
        let signed = try signatory.credentials.sign(picture, as: format, saying: Studio.description())
        let report = try CredentialsReader().read(signed.bytes, as: format)
        #expect(report.verdict == .valid)
        #expect(report.findings.map(\.code) == ["signingCredential.untrusted"])
        #expect(!report.isOwn)
        #expect(report.manifest?.statement?.id == "picture-1")
    }

    @Test("A reader that trusts the development authority trusts the picture")
    func authority() throws {
        let signed = try signatory.credentials.sign(
            Studio.picture(.png),
            as: .png,
            saying: Studio.description()
        )
        let authority = try #require(signatory.identity.authority)
        let report = try CredentialsReader(trusting: TrustAnchors(signers: [authority])).read(signed.bytes, as: .png)
        #expect(report.verdict == .trusted)
        // Trusted, but a reader without an identity of its own has no pictures of its own.
        #expect(!report.isOwn)
    }

    @Test("Somebody else's picture is not ours, whatever it says")
    func impostor() throws {
        let other = try Signatory()
        let signed = try other.credentials.sign(Studio.picture(.png), as: .png, saying: Studio.description())
        #expect(try other.reader.read(signed.bytes, as: .png).isOwn)
        let report = try signatory.reader.read(signed.bytes, as: .png)
        #expect(report.verdict == .valid)
        #expect(!report.isOwn)
        let authority = try #require(other.identity.authority)
        let trusting = try CredentialsReader(
            own: [signatory.identity],
            trusting: TrustAnchors(signers: [authority])
        )
        let second = try trusting.read(signed.bytes, as: .png)
        #expect(second.verdict == .trusted)
        #expect(!second.isOwn)
    }

    @Test("A picture without credentials has none", arguments: ImageFormat.writable)
    func absent(format: ImageFormat) throws {
        let report = try signatory.reader.read(Studio.picture(format), as: format)
        #expect(report == .absent)
    }

    @Test("What is encoded anew has lost its credentials", arguments: ImageFormat.writable)
    func stripped(format: ImageFormat) throws {
        let signed = try signatory.credentials.sign(
            Studio.picture(format),
            as: format,
            saying: Studio.description()
        )
        let raster = try ImageDecoder().decode(.bytes(signed.bytes), fitting: 64)
        let again = try raster.encoded(as: ImageEncoding(format: format, quality: 90))
        #expect(try signatory.reader.read(again, as: format).verdict == .absent)
    }

    @Test("Signed twice, the second manifest counts", arguments: ImageFormat.writable)
    func again(format: ImageFormat) throws {
        let first = try signatory.credentials.sign(
            Studio.picture(format),
            as: format,
            saying: Studio.description(id: "first")
        )
        let second = try signatory.credentials.sign(
            first.bytes,
            as: format,
            saying: Studio.description(id: "second")
        )
        let report = try signatory.reader.read(second.bytes, as: format)
        #expect(report.verdict == .trusted)
        #expect(report.manifest?.statement?.id == "second")
        #expect(report.manifest?.ingredients.isEmpty == true)
    }

    @Test("Many at once")
    func concurrently() async throws {
        let credentials = signatory.credentials
        let reader = signatory.reader
        let picture = try Studio.picture(.png)
        let verdicts = await withTaskGroup { group in
            for index in 0..<64 {
                group.addTask {
                    let signed = try? credentials.sign(
                        picture,
                        as: .png,
                        saying: Studio.description(id: "\(index)")
                    )
                    let report = try? reader.read(signed?.bytes ?? [], as: .png)
                    return report?.manifest?.statement?.id == "\(index)" && report?.isOwn == true
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(verdicts == 64)
    }

    @Test("Words of all kinds come back as they were")
    func words() throws {
        var description = Studio.description(id: "quote\" and \\ and \u{0}")
        description.title = "Größe \u{1F3A8} \u{202E}\u{0007} </script>"
        description.labels = ["", String(repeating: "long ", count: 2_000)]
        let signed = try signatory.credentials.sign(Studio.picture(.png), as: .png, saying: description)
        let manifest = try #require(try signatory.reader.read(signed.bytes, as: .png).manifest)
        #expect(manifest.title == description.title)
        #expect(manifest.statement?.id == description.pictureID)
        #expect(manifest.statement?.labels == description.labels)
    }
}
