import Foundation
import Imaging
import TestKit
import Testing

@testable import ContentCredentials

@Suite("Ingredients")
struct IngredientTests {
    private let signatory: Signatory

    init() throws { signatory = try Signatory() }

    private func sign(
        _ origin: ManifestDescription.Origin,
        as format: ImageFormat = .png,
        id: String = "edited"
    ) throws -> (signed: SignedPicture, report: CredentialsReport) {
        let signed = try signatory.credentials.sign(
            Studio.picture(format, seed: 2),
            as: format,
            saying: Studio.description(origin, id: id)
        )
        return (signed, try signatory.reader.read(signed.bytes, as: format))
    }

    @Test("An edited upload is the parent, and the model's work is called composite", arguments: ImageFormat.writable)
    func edited(format: ImageFormat) throws {
        let upload = try Studio.ingredient(Studio.picture(format), format)
        let (signed, report) = try sign(.edited(upload), as: format)
        #expect(signed.ingredients == [.kept])
        #expect(report.verdict == .trusted)
        #expect(
            report.manifest?.ingredients == [
                CredentialsReport.Ingredient(
                    title: "Upload",
                    relationship: "parentOf",
                    hasCredentials: false,
                    findings: []
                )
            ]
        )
        #expect(report.manifest?.actions.map(\.name) == ["c2pa.opened", "c2pa.edited"])
        #expect(
            report.manifest?.actions.last?.sourceType
                == "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
        )
        #expect(report.isMadeByModel)
    }

    @Test("An upload's own manifest is kept, through several edits and formats")
    func chain() throws {
        let (first, _) = try sign(.generated(), as: .png, id: "1")
        let (second, report) = try sign(.edited(Studio.ingredient(first.bytes, .png)), as: .jpeg, id: "2")
        #expect(second.ingredients == [.kept])
        #expect(report.verdict == .trusted)
        let ingredient = try #require(report.manifest?.ingredients.first)
        #expect(ingredient.hasCredentials)
        #expect(ingredient.findings.isEmpty)
        let (third, last) = try sign(.edited(Studio.ingredient(second.bytes, .jpeg)), as: .webp, id: "3")
        #expect(last.verdict == .trusted)
        #expect(last.manifest?.ingredients.first?.hasCredentials == true)
        // The words of all three manifests are in the file.
        for id in ["1", "2", "3"] {
            #expect(Data(third.bytes).firstRange(of: Data("bid\u{61}\(id)".utf8)) != nil)
        }
    }

    @Test("A changed upload is kept together with what is wrong with it")
    func changedUpload() throws {
        var (first, _) = try sign(.generated())
        let place = first.bytes.count - 40
        var bytes = first.bytes
        bytes[place] ^= 1
        first = SignedPicture(bytes: bytes, isTimestamped: false, ingredients: [])
        let (signed, report) = try sign(.edited(Studio.ingredient(first.bytes, .png)))
        #expect(signed.ingredients == [.kept])
        #expect(report.verdict == .trusted)
        #expect(report.manifest?.ingredients.first?.findings.map(\.code) == ["assertion.dataHash.mismatch"])
    }

    @Test("References are inputs, of a generated picture and of an edited one")
    func references() throws {
        let picture = try Studio.ingredient(Studio.picture(.jpeg, seed: 5), .jpeg)
        let (generated, report) = try sign(.generated(references: [picture, picture]))
        #expect(generated.ingredients == [.kept, .kept])
        #expect(report.verdict == .trusted)
        #expect(report.manifest?.actions.map(\.name) == ["c2pa.created"])
        #expect(report.manifest?.ingredients.map(\.relationship) == ["inputTo", "inputTo"])
        let (_, other) = try sign(.edited(picture, references: [picture]))
        #expect(other.verdict == .trusted)
        #expect(other.manifest?.ingredients.compactMap(\.relationship).sorted() == ["inputTo", "parentOf"])
    }

    @Test("An upload that the library cannot read is mentioned, and the picture signed all the same")
    func unreadable() throws {
        let upload = Studio.ingredient(Array("not a picture".utf8), .png)
        let readable = try Studio.ingredient(Studio.picture(.png), .png)
        let (signed, report) = try sign(.edited(upload, references: [readable, upload]))
        guard signed.ingredients.count == 3, case .mentioned = signed.ingredients[0],
            case .mentioned = signed.ingredients[2]
        else {
            Issue.record("\(signed.ingredients)")
            return
        }
        #expect(signed.ingredients[1] == .kept)
        #expect(report.verdict == .trusted)
        #expect(report.manifest?.ingredients.count == 3)
        #expect(report.manifest?.actions.map(\.name) == ["c2pa.opened", "c2pa.edited"])
    }

    @Test("An upload of another format than it is said to be is mentioned")
    func mislabelled() throws {
        let upload = try Studio.ingredient(Studio.picture(.png), .jpeg)
        let (signed, report) = try sign(.edited(upload))
        #expect(signed.ingredients != [.kept])
        #expect(report.verdict == .trusted)
    }

    @Test("Manifests do not grow for ever: one that is too large is not carried on")
    func tooLarge() throws {
        var description = Studio.description(id: "large")
        description.labels = [String(repeating: "x", count: 900_000)]
        var picture = try Studio.picture(.png)
        var outcomes: [[SignedPicture.IngredientOutcome]] = []
        for _ in 0..<6 {
            description.origin = .edited(Studio.ingredient(picture, .png))
            let signed = try signatory.credentials.sign(Studio.picture(.png), as: .png, saying: description)
            #expect(signed.bytes.count < ContentCredentials.largestManifest + 100_000)
            #expect(try signatory.reader.read(signed.bytes, as: .png).verdict == .trusted)
            outcomes.append(signed.ingredients)
            picture = signed.bytes
        }
        #expect(
            outcomes == [
                [.kept], [.kept], [.kept], [.kept], [.mentioned(reason: "its own manifest is too large")], [.kept],
            ]
        )
    }

    @Test("Uploads from phones: AVIF and HEIC", arguments: [ImageFormat.avif, .heic])
    func phones(format: ImageFormat) throws {
        let path = "\(Repository.root)/Tests/RightsTests/Credentials/Fixtures/photo.\(format.fileExtension)"
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        let (signed, report) = try sign(.edited(Studio.ingredient(bytes, format)), as: .jpeg)
        #expect(signed.ingredients == [.kept])
        #expect(report.verdict == .trusted)
    }
}
