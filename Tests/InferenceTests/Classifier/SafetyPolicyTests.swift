import Inference
import Testing

@Suite("What is done about what a picture shows")
struct SafetyPolicyTests {
    private static let thresholds = try? SafetyThresholds(refuse: 0.8, review: 0.4)

    private func policy(_ mode: SafetyPolicy.Mode) throws -> SafetyPolicy {
        try SafetyPolicy(mode: mode, thresholds: #require(Self.thresholds))
    }

    @Test("The worse of both kinds decides, from its threshold on", arguments: SafetyFinding.Kind.allCases)
    func judges(kind: SafetyFinding.Kind) throws {
        let policy = try policy(.refuse)
        func verdict(_ score: Double) -> SafetyVerdict {
            kind == .sexual
                ? policy.verdict(sexual: score, graphic: 0.03) : policy.verdict(sexual: 0.03, graphic: score)
        }
        #expect(verdict(0.399) == .clear)
        #expect(verdict(0.4) == .review(SafetyFinding(kind: kind, score: 0.4)))
        #expect(verdict(0.799) == .review(SafetyFinding(kind: kind, score: 0.799)))
        #expect(verdict(0.8) == .refused(SafetyFinding(kind: kind, score: 0.8)))
    }

    @Test("Reviewing, nothing is refused", arguments: [0.4, 0.8, 1])
    func reviews(score: Double) throws {
        let verdict = try policy(.review).verdict(sexual: score, graphic: 0)
        #expect(verdict == .review(SafetyFinding(kind: .sexual, score: score)))
    }

    @Test("Off, nothing is held", arguments: [0, 0.5, 1, .nan])
    func looksAway(score: Double) throws {
        #expect(try policy(.off).verdict(sexual: score, graphic: score) == .clear)
    }

    @Test(
        "A score that is not a number is refused, whatever the other is",
        arguments: [(0.1, Double.nan), (.nan, 0.9), (.nan, 0.1), (0.9, .nan)]
    )
    func distrustsNoNumber(sexual: Double, graphic: Double) throws {
        let verdict = try policy(.refuse).verdict(sexual: sexual, graphic: graphic)
        guard case .refused(let finding) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(finding.score.isNaN && (finding.kind == .sexual) == sexual.isNaN)
    }

    @Test("It is on unless told otherwise")
    func isOn() {
        #expect(SafetyPolicy.standard.mode == .refuse)
        #expect(SafetyPolicy.standard.verdict(sexual: 0.03, graphic: 0.03) == .clear)
        #expect(
            SafetyPolicy.standard.verdict(sexual: 0.93, graphic: 0.03)
                == .refused(SafetyFinding(kind: .sexual, score: 0.93))
        )
    }

    @Test(
        "Thresholds out of order, or no numbers, are not accepted",
        arguments: [(0.3, 0.5), (0.5, 0), (0.5, -1), (1.1, 0.5), (.nan, 0.5), (0.5, .nan)]
    )
    func checksThresholds(refuse: Double, review: Double) {
        #expect(throws: SafetyThresholdsError.self) { try SafetyThresholds(refuse: refuse, review: review) }
    }

    @Test("Both thresholds may be one", arguments: [0.5, 1])
    func acceptsOne(value: Double) throws {
        let thresholds = try SafetyThresholds(refuse: value, review: value)
        #expect(thresholds.refuse == value && thresholds.review == value)
    }
}
