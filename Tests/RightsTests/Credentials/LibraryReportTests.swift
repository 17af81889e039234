import Foundation
import Testing

@testable import ContentCredentials

@Suite("Reports of the C2PA library")
struct LibraryReportTests {
    private func report(_ json: String) throws -> CredentialsReport {
        let report = try JSONDecoder().decode(LibraryReport.self, from: Data(json.utf8))
        return CredentialsReport(report) { true }
    }

    @Test("What is missing or of another form is passed over")
    func leniency() throws {
        let odd = try report(
            """
            {"validation_state": "Valid", "active_manifest": "a", "validation_status": [1, {"code": "x"}, null],
            "manifests": {"b": 7, "a": {"title": 1, "claim_generator_info": [{"version": "1"}, {"name": "G"}],
            "ingredients": "none", "signature_info": [], "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [{"action": 5}, {"action": "c2pa.created", "when": "soon",
            "softwareAgent": "An agent"}, "x"]}}, {"label": "c2pa.actions.v2__1", "data": []},
            {"label": "heatsink.picture", "data": {"id": 5}}, {"data": {}}]}}}
            """
        )
        #expect(odd.verdict == .valid)
        #expect(odd.findings.map(\.explanation) == ["x"])
        #expect(odd.manifest?.title == nil)
        #expect(odd.manifest?.generator?.name == "G")
        #expect(odd.manifest?.actions.map(\.name) == ["c2pa.created"])
        #expect(odd.manifest?.actions.first?.software?.name == "An agent")
        #expect(odd.manifest?.actions.first?.date == nil)
        #expect(odd.manifest?.statement == nil)
        #expect(!odd.isOwn)
        #expect(try report("{}").verdict == .invalid)
        #expect(try report("{\"validation_state\": \"Splendid\"}").verdict == .invalid)
    }

    @Test(
        "Verdicts",
        arguments: [
            (["signingCredential.untrusted", "signingCredential.expired"], CredentialsReport.Verdict.expired),
            (["signingCredential.expired"], .expired),
            (["signingCredential.expired", "assertion.dataHash.mismatch"], .tampered),
            (["claimSignature.mismatch"], .tampered),
            (["assertion.hashedURI.mismatch", "signingCredential.untrusted"], .tampered),
            (["signingCredential.invalid"], .invalid),
            (["assertion.action.malformed", "signingCredential.expired"], .invalid),
            ([], .invalid),
        ]
    )
    func verdicts(codes: [String], verdict: CredentialsReport.Verdict) throws {
        let list = codes.map { "{\"code\": \"\($0)\"}" }.joined(separator: ",")
        let result = try report("{\"validation_state\": \"Invalid\", \"validation_status\": [\(list)]}")
        #expect(result.verdict == verdict)
        #expect(!result.isOwn)
    }

    @Test("Failures are told apart by their kind")
    func failures() {
        #expect(LibraryFailure("ManifestNotFound: no JUMBF data found").kind == .manifestNotFound)
        #expect(LibraryFailure("Other: asset could not be parsed: x").message == "asset could not be parsed: x")
        #expect(LibraryFailure("Verify: invalid CBOR box").message == "Verify: invalid CBOR box")
        #expect(LibraryFailure("").kind == nil)
    }
}
