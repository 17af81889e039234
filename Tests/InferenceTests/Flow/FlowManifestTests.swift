import Foundation
import Testing

@testable import Inference

@Suite("Manifests of the kind flow")
struct FlowManifestTests {
    /// What is said of a manifest with a change.
    private func complaint(_ change: (inout [String: Any]) throws -> Void) throws -> String {
        do {
            _ = try FlowFixture.manifest(changing: change)
            return "nothing"
        } catch let error as InferenceError {
            return error.description
        }
    }

    /// The same, with a change in the section `flow`.
    private func complaintOfFlow(_ change: (inout [String: Any]) throws -> Void) throws -> String {
        try complaint { json in
            var flow = try #require(json["flow"] as? [String: Any])
            try change(&flow)
            json["flow"] = flow
        }
    }

    /// The same, with a change of the rungs.
    private func complaintOfRungs(_ change: (inout [String: [String: Any]]) -> Void) throws -> String {
        try complaintOfFlow { flow in
            var rungs = try #require(flow["rungs"] as? [String: [String: Any]])
            change(&rungs)
            flow["rungs"] = rungs
        }
    }

    /// The same, with a change of the rung "4 steps".
    private func complaintOfRung(_ key: String, _ value: Any) throws -> String {
        try complaintOfRungs { $0["4 steps", default: [:]][key] = value }
    }

    @Test("The fixture's manifest is sound, and files that are no graphs need no profile")
    func isSound() throws {
        let manifest = try FlowFixture.manifest { _ in }
        let flow = try #require(manifest.flow)
        #expect(flow.emptyCondition.count == 51)
        #expect(flow.emptyCondition.reduce(0, +) == 7)
        #expect(flow.rungs["6 steps guided"]?.guidance == 3)
        #expect(manifest.files["vocabulary"]?.profile == nil)
        #expect(manifest.files["flow"]?.profile?.precision == .float32)
    }

    @Test("What is missing is named")
    func namesMissing() throws {
        #expect(try complaint { $0["flow"] = nil }.contains("needs a section 'flow'"))
        #expect(try complaintOfFlow { $0["channels"] = nil }.contains("flow.channels is missing"))
        for role in ["encoder", "reader", "fast", "decoder", "decoder_large", "photo_encoder", "vocabulary", "lexicon"]
        {
            let said = try complaint { json in
                var files = try #require(json["files"] as? [String: Any])
                files[role] = nil
                json["files"] = files
            }
            #expect(said.contains("files.\(role) is missing"), "\(said)")
        }
        #expect(try complaint { $0["kind"] = "dream" }.contains("this version knows flow and restyle"))
    }

    @Test("A graph without a profile, or in other arithmetic than 32 bits, is refused")
    func wantsProfiles() throws {
        for (profile, words) in [(nil, "profile is missing"), ("16", "precision must be 'f32'")] as [(String?, String)]
        {
            let said = try complaint { json in
                var files = try #require(json["files"] as? [String: [String: Any]])
                var own = files["flow"]?["profile"] as? [String: Any]
                own?["precision"] = nil
                files["flow"]?["profile"] = profile == nil ? nil : own
                json["files"] = files
            }
            #expect(said.contains("files.flow.") && said.contains(words), "\(said)")
        }
    }

    @Test("Groups, rungs and numbers that do not fit each other are refused, with the place")
    func findsContradictions() throws {
        #expect(try complaintOfFlow { $0["condition_count"] = 50 }.contains("make 51"))
        #expect(try complaintOfFlow { $0["channels"] = 0 }.contains("flow.channels is 0"))
        #expect(try complaintOfFlow { $0["grid_multiple"] = 99 }.contains("1 to 16"))
        #expect(try complaintOfFlow { $0["decoder_reach"] = -1 }.contains("flow.decoder_reach is -1"))
        #expect(try complaintOfFlow { $0["groups"] = [["name": "a", "values": ["b", "b"]]] }.contains("'a'"))
        #expect(try complaintOfRung("sampler", "magic").contains("sampler"))
        #expect(try complaintOfRung("guidance", -1).contains("guidance must be 0 to 100"))
        #expect(try complaintOfRung("shift", 0).contains("shift must be"))
        #expect(try complaintOfRung("grids", [[3, 4]]).contains("multiples of 2"))
        #expect(try complaintOfRung("grids", [] as [[Int]]).contains("multiples of 2"))
        let extra = try complaintOfRungs { $0["9 steps"] = $0["4 steps"] }
        #expect(extra.contains("'9 steps', which the ladder does not have"))
        let lacking = try complaintOfRungs { $0["8 steps"] = nil }
        #expect(lacking.contains("lacks '8 steps'"))
    }

    @Test(
        "A ladder without steps, or with a size that the model cannot, is refused",
        arguments: ["steps", "working_side"]
    )
    func checksLadder(key: String) throws {
        let said = try complaint { json in
            var ladder = try #require(json["ladder"] as? [String: Any])
            var rungs = try #require(ladder["rungs"] as? [[String: Any]])
            rungs[1][key] = key == "steps" ? nil : 16
            ladder["rungs"] = rungs
            json["ladder"] = ladder
        }
        #expect(said.contains("'4 steps'"), "\(said)")
    }
}
