import Foundation
import TestKit
import Testing

@testable import WorkRegistry

@Suite("The registry of works")
struct WorkRegistryTests {
    private static let claim = WorkRegistry.Claim(
        rightHolder: "Ada",
        title: "Boxes",
        evidence: "https://example.org/ada"
    )

    private static let pictures = (0..<5).map { Specimen.crowd(160, 120, 77 + $0) }
    private static let fingerprints = Result {
        try pictures.map { try WorkFingerprint(rgb: $0.rgb, width: $0.width, height: $0.height) }
    }

    private func registry(works: Int = 5) throws -> (WorkRegistry, [Specimen]) {
        var registry = WorkRegistry()
        for (number, fingerprint) in try Self.fingerprints.get().prefix(works).enumerated() {
            var claim = Self.claim
            claim.title = "Boxes \(number)"
            try registry.register(id: "work-\(number)", claim, fingerprint, at: 1_000 + Int64(number))
        }
        return (registry, Array(Self.pictures.prefix(works)))
    }

    private func fingerprint(_ picture: Specimen) throws -> PictureFingerprint {
        try PictureFingerprint(rgb: picture.rgb, width: picture.width, height: picture.height)
    }

    /// Any place, width and height, up to 20 % off: left, top, width, height.
    private static func crops(seed: UInt64) -> [SIMD4<Double>] {
        var generator = SeededGenerator(seed: seed)
        return (0..<2).map { _ in
            let off = SIMD4((0..<4).map { _ in Double(generator.next() % 1_000) / 1_000 })
            let (across, down) = (off[0] * 0.2, off[1] * 0.2)
            return SIMD4(across * off[2], down * off[3], 1 - across, 1 - down)
        }
    }

    @Test("A work is found however it is laid down, scaled, worn or cropped")
    func robust() throws {
        let (registry, pictures) = try registry()
        for (number, picture) in pictures.enumerated().dropFirst(3) {
            let attacks: [(String, Specimen)] =
                [
                    ("itself", picture), ("mirrored", picture.mirrored()), ("turned", picture.turned()),
                    ("upside down", picture.turned().turned()), ("halved", picture.halved()),
                    ("worn", picture.worn(seed: UInt64(number))),
                ]
                + [0.0, 0.05, 0.1].map { ("10 % less", picture.cropped(left: $0, top: $0, scale: 0.9)) }
                + [0.0, 0.1, 0.2].map { ("20 % less", picture.cropped(left: $0, top: $0, scale: 0.8)) }
                + [("mirrored crop", picture.cropped(left: 0, top: 0.1, scale: 0.9).mirrored())]
                + Self.crops(seed: UInt64(number)).map { crop in
                    ("any crop \(crop)", picture.cropped(left: crop[0], top: crop[1], width: crop[2], height: crop[3]))
                }
            for (name, attack) in attacks {
                let verdict = registry.verdict(on: try fingerprint(attack), as: .outputs)
                #expect(verdict.match?.workID == "work-\(number)", "\(name) of \(number): \(verdict)")
            }
            #expect(registry.verdict(on: try fingerprint(picture), as: .uploads).match?.distance == 0)
        }
    }

    @Test("Other pictures are clear")
    func unrelated() throws {
        let (registry, _) = try registry()
        for seed in 0..<8 {
            #expect(
                registry.verdict(on: try fingerprint(Specimen.crowd(200, 150, 5_000 + seed)), as: .outputs) == .clear
            )
            #expect(
                registry.verdict(on: try fingerprint(Specimen.waves(200, 150, 9_000 + seed)), as: .outputs) == .clear
            )
        }
    }

    @Test("The reason names work, right holder and manner")
    func reason() throws {
        let (registry, pictures) = try registry()
        let verdict = registry.verdict(on: try fingerprint(pictures[3].mirrored()), as: .uploads)
        guard case .refused(let match) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(match.symmetry == .mirrored)
        #expect(match.description.contains("“Boxes 3”, registered by Ada, seen in a mirror"))
        #expect(try JSONDecoder().decode(WorkVerdict.self, from: try JSONEncoder().encode(verdict)) == verdict)
    }

    @Test("The reason names the part")
    func part() throws {
        let (registry, pictures) = try registry()
        let verdict = registry.verdict(
            on: try fingerprint(pictures[2].cropped(left: 0.13, top: 0.04, width: 0.83, height: 0.9)),
            as: .uploads
        )
        guard case .refused(let match) = verdict, case .part(let part, let correlation) = match.likeness else {
            Issue.record("\(verdict)")
            return
        }
        #expect(abs(part.left - 0.13) < 0.01 && abs(part.right - 0.96) < 0.01)
        #expect(abs(part.top - 0.04) < 0.01 && abs(part.bottom - 0.94) < 0.01)
        #expect(correlation > 0.95 && match.distance == nil && match.symmetry == .upright)
        #expect(match.description.contains("it shows the work from 13 to 96 % of its width and from 4 to 94 %"))
        #expect(try JSONDecoder().decode(WorkVerdict.self, from: try JSONEncoder().encode(verdict)) == verdict)
    }

    @Test("Without correlations that refuse, parts are not looked for")
    func neverParts() throws {
        var (registry, pictures) = try registry(works: 2)
        registry.thresholds = try WorkThresholds(refuse: 31, review: 40, refuseCorrelation: 2, reviewCorrelation: 2)
        let part = pictures[0].cropped(left: 0.13, top: 0.04, width: 0.83, height: 0.9)
        #expect(registry.verdict(on: try fingerprint(part), as: .uploads) == .clear)
        for (refuse, review) in [(0.9, 0.95), (0.4, 0.4), (Double.nan, 0.9), (0.9, Double.nan)] {
            #expect(throws: WorkRegistryError.self) {
                try WorkThresholds(refuse: 31, review: 40, refuseCorrelation: refuse, reviewCorrelation: review)
            }
        }
    }

    @Test("Thresholds part refused, review and clear", arguments: [0, 10, 24, 25, 31, 60])
    func thresholds(distance: Int) throws {
        var generator = SeededGenerator(seed: UInt64(distance))
        let hash = PDQHash.random(using: &generator)
        var registry = WorkRegistry(thresholds: try WorkThresholds(refuse: 24, review: 31))
        try registry.register(id: "w", Self.claim, WorkFingerprint(hashes: [hash], quality: 100), at: 0)
        let near = hash.changed(bits: distance, using: &generator)
        let others = (0..<7).map { _ in PDQHash.random(using: &generator) }
        let verdict = registry.verdict(on: PictureFingerprint(hashes: [near] + others, quality: 100), as: .outputs)
        switch verdict {
        case .refused(let match): #expect(distance <= 24 && match.distance == distance)
        case .review(let match): #expect((25...31).contains(distance) && match.distance == distance)
        case .clear: #expect(distance > 31)
        }
        let plain = PictureFingerprint(hashes: [near] + others, quality: WorkRegistry.leastQuality - 1)
        #expect(registry.verdict(on: plain, as: .outputs) == .clear)
    }

    @Test("Of two works the nearer one is named, and only one that covers what the picture is")
    func scopes() throws {
        var generator = SeededGenerator(seed: 4)
        let hash = PDQHash.random(using: &generator)
        var registry = WorkRegistry()
        var claim = Self.claim
        claim.scope = [.uploads]
        try registry.register(id: "near", claim, WorkFingerprint(hashes: [hash], quality: 80), at: 0)
        let further = hash.changed(bits: 9, using: &generator)
        try registry.register(id: "further", Self.claim, WorkFingerprint(hashes: [further], quality: 80), at: 0)
        let picture = PictureFingerprint(hashes: [hash], quality: 80)
        #expect(registry.verdict(on: picture, as: .uploads).match?.workID == "near")
        #expect(registry.verdict(on: picture, as: .outputs).match?.workID == "further")
    }

    @Test("A withdrawn work stays listed and is not compared with")
    func withdrawing() throws {
        var (registry, pictures) = try registry(works: 3)
        let count = registry.fingerprintCount
        let work = try registry.withdraw(id: "work-1", at: 5_000)
        #expect(work.state == .withdrawn && work.withdrawnAt == 5_000)
        #expect(registry["work-1"] == work)
        #expect(registry.works.count == 3 && registry.fingerprintCount < count)
        #expect(registry.verdict(on: try fingerprint(pictures[1]), as: .outputs) == .clear)
        #expect(registry.verdict(on: try fingerprint(pictures[2]), as: .outputs).match?.workID == "work-2")
        #expect(throws: WorkRegistryError.alreadyWithdrawn("work-1")) { try registry.withdraw(id: "work-1", at: 5_001) }
        #expect(throws: WorkRegistryError.timeWentBack(id: "work-2")) { try registry.withdraw(id: "work-2", at: 1) }
        #expect(throws: WorkRegistryError.unknown("x")) { try registry.withdraw(id: "x", at: 1) }
    }

    @Test("Bad claims are refused with the field's name")
    func badClaims() throws {
        var registry = WorkRegistry()
        let fingerprint = WorkFingerprint(hashes: [PDQHash(words: SIMD4(1, 2, 3, 4))], quality: 100)
        func attempt(
            _ id: String = "w",
            _ fingerprint: WorkFingerprint,
            _ change: (inout WorkRegistry.Claim) -> Void
        ) throws {
            var claim = Self.claim
            change(&claim)
            try registry.register(id: id, claim, fingerprint, at: 0)
        }
        #expect(throws: WorkRegistryError.missing(field: "id")) { try attempt("", fingerprint) { _ in } }
        #expect(throws: WorkRegistryError.missing(field: "title")) {
            try attempt("w", fingerprint) { $0.title = " \n" }
        }
        #expect(throws: WorkRegistryError.missing(field: "right_holder")) {
            try attempt("w", fingerprint) { $0.rightHolder = "" }
        }
        #expect(throws: WorkRegistryError.missing(field: "evidence")) {
            try attempt("w", fingerprint) { $0.evidence = "" }
        }
        #expect(throws: WorkRegistryError.missing(field: "scope")) { try attempt("w", fingerprint) { $0.scope = [] } }
        #expect(throws: WorkRegistryError.tooLong(field: "title", limit: 300)) {
            try attempt("w", fingerprint) { $0.title = String(repeating: "a", count: 301) }
        }
        #expect(throws: WorkRegistryError.tooPlain(quality: 3, least: WorkRegistry.leastQuality)) {
            try attempt("w", WorkFingerprint(hashes: fingerprint.hashes, quality: 3)) { _ in }
        }
        for count in [0, 97] {
            let hashes = Array(repeating: fingerprint.hashes[0], count: count)
            #expect(throws: WorkRegistryError.tooManyFingerprints(limit: 96)) {
                try attempt("w", WorkFingerprint(hashes: hashes, quality: 100)) { _ in }
            }
        }
        #expect(registry.works.isEmpty && registry.fingerprintCount == 0)
        try attempt("w", fingerprint) { _ in }
        #expect(throws: WorkRegistryError.idInUse("w")) { try attempt("w", fingerprint) { _ in } }
        for (refuse, review) in [(5, 4), (-2, 3), (31, 65)] {
            #expect(throws: WorkRegistryError.invalidThresholds(refuse: refuse, review: review)) {
                try WorkThresholds(refuse: refuse, review: review)
            }
        }
    }

    @Test("As JSON and back it decides the same")
    func coding() throws {
        var (registry, pictures) = try registry(works: 4)
        try registry.withdraw(id: "work-0", at: 9_000)
        let data = try JSONEncoder().encode(registry)
        let again = try JSONDecoder().decode(WorkRegistry.self, from: data)
        #expect(again.works == registry.works)
        #expect(again.fingerprintCount == registry.fingerprintCount)
        for picture in pictures {
            let fingerprint = try fingerprint(picture)
            #expect(again.verdict(on: fingerprint, as: .outputs) == registry.verdict(on: fingerprint, as: .outputs))
        }
    }

    @Test("Hostile JSON is refused")
    func hostileJSON() throws {
        let (registry, _) = try registry(works: 1)
        let text = String(decoding: try JSONEncoder().encode(registry), as: UTF8.self)
        let thresholds = text.replacing("\"review\":40", with: "\"review\":99")
        #expect(thresholds != text)
        #expect(throws: (any Error).self) { try JSONDecoder().decode(WorkRegistry.self, from: Data(thresholds.utf8)) }
        guard let start = text.firstRange(of: "\"works\":[")?.upperBound, let end = text.lastIndex(of: "]") else {
            Issue.record("no works in \(text)")
            return
        }
        let entry = text[start..<end]
        let twice = text.replacingCharacters(in: start..<end, with: "\(entry),\(entry)")
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(WorkRegistry.self, from: Data(twice.utf8)) }
    }
}
