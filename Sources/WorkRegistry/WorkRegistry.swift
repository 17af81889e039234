/// Right holders' works, and how near a picture comes to one of them: a value without clock or storage.
///
/// What was registered and withdrawn stays listed; only works that are registered are compared with.
public struct WorkRegistry: Sendable {
    /// What a right holder sends.
    public struct Claim: Hashable, Codable, Sendable {
        public var rightHolder: String
        public var title: String
        public var evidence: String
        public var scope: Set<RegisteredWork.Scope>

        public init(
            rightHolder: String,
            title: String,
            evidence: String,
            scope: Set<RegisteredWork.Scope> = Set(RegisteredWork.Scope.allCases)
        ) {
            self.rightHolder = rightHolder
            self.title = title
            self.evidence = evidence
            self.scope = scope
        }
    }

    /// Works of lower quality are not registered, and pictures' fingerprints not compared: see ``PDQFingerprint/quality``.
    public static let leastQuality = 50
    /// As many points have to agree on a part of a work that a picture of lower quality is said to show.
    private static let leastVotesOfPlain = 4
    public static let longestName = 300
    public static let longestEvidence = 10_000
    /// Room for somebody else's list with fingerprints of a work's parts as well.
    public static let mostFingerprints = 96

    /// In which more than the nearest fingerprints are searched for. Turned by a quarter or half, a picture is found only when
    /// it is nearly the same: who changes a picture seldom turns it as well.
    private static let commonSymmetries: [PictureSymmetry] = [.upright, .mirrored]

    public var thresholds: WorkThresholds
    private var numbers: [String: UInt32] = [:]
    /// By number, which is what the indexes know works by.
    private var listed: [RegisteredWork] = []
    /// The whole pictures, for what PDQ's authors call the same picture.
    private var wholes: FingerprintIndex
    /// All fingerprints, for pictures that are somewhat further away.
    private var views: FingerprintIndex
    /// For parts.
    private var parts: PartRegistry
    /// By number.
    private var qualities: [UInt8] = []

    /// - Parameter capacity: for how many works there shall be room from the start.
    public init(thresholds: WorkThresholds = .standard, capacity: Int = 0) {
        self.thresholds = thresholds
        wholes = .exact(capacity: capacity)
        views = .coarse(capacity: capacity)
        parts = PartRegistry(capacity: capacity)
    }

    /// All works, in the order in which they were registered.
    public var works: [RegisteredWork] { listed }
    /// How many are compared with.
    public private(set) var registeredCount = 0
    /// Fingerprints that pictures are compared with.
    public var fingerprintCount: Int { views.count }

    public subscript(id: String) -> RegisteredWork? {
        numbers[id].map { listed[Int($0)] }
    }

    // MARK: Changing

    /// - Parameters:
    ///   - id: new, chosen by whoever keeps the registry.
    ///   - time: seconds since 1970.
    @discardableResult
    public mutating func register(
        id: String,
        _ claim: Claim,
        _ fingerprint: WorkFingerprint,
        at time: Int64
    ) throws(WorkRegistryError) -> RegisteredWork {
        guard numbers[id] == nil else { throw .idInUse(id) }
        try Self.check(claim, id)
        guard (1...Self.mostFingerprints).contains(fingerprint.hashes.count) else {
            throw .tooManyFingerprints(limit: Self.mostFingerprints)
        }
        guard fingerprint.quality >= Self.leastQuality else {
            throw .tooPlain(quality: fingerprint.quality, least: Self.leastQuality)
        }
        let work = RegisteredWork(
            id: id,
            rightHolder: claim.rightHolder,
            title: claim.title,
            evidence: claim.evidence,
            scope: claim.scope,
            state: .registered,
            registeredAt: time
        )
        add(work, fingerprint)
        return work
    }

    private static func check(_ claim: Claim, _ id: String) throws(WorkRegistryError) {
        let fields = [
            ("id", id, longestName), ("right_holder", claim.rightHolder, longestName),
            ("title", claim.title, longestName), ("evidence", claim.evidence, longestEvidence),
        ]
        for (field, text, limit) in fields {
            guard text.contains(where: { !$0.isWhitespace }) else { throw .missing(field: field) }
            guard text.unicodeScalars.count <= limit else { throw .tooLong(field: field, limit: limit) }
        }
        guard !claim.scope.isEmpty else { throw .missing(field: "scope") }
    }

    /// - Parameter fingerprint: nil for a work that was withdrawn.
    private mutating func add(_ work: RegisteredWork, _ fingerprint: WorkFingerprint?) {
        let number = UInt32(listed.count)
        numbers[work.id] = number
        listed.append(work)
        if work.state == .registered { registeredCount += 1 }
        qualities.append(UInt8(clamping: fingerprint?.quality ?? 0))
        for hash in fingerprint?.hashes ?? [] { views.insert(hash, owner: number) }
        if let whole = fingerprint?.hashes.first { wholes.insert(whole, owner: number) }
        parts.append(fingerprint?.detail)
    }

    /// The work's fingerprints are forgotten. Whoever wants it back registers it again, under a new id.
    ///
    /// - Parameter time: seconds since 1970.
    @discardableResult
    public mutating func withdraw(id: String, at time: Int64) throws(WorkRegistryError) -> RegisteredWork {
        guard let number = numbers[id] else { throw .unknown(id) }
        let place = Int(number)
        guard listed[place].state == .registered else { throw .alreadyWithdrawn(id) }
        guard time >= listed[place].registeredAt else { throw .timeWentBack(id: id) }
        listed[place].state = .withdrawn
        registeredCount -= 1
        listed[place].withdrawnAt = time
        views.remove(owner: number)
        wholes.remove(owner: number)
        parts.remove(number)
        return listed[place]
    }

    // MARK: Comparing

    /// - Parameters:
    ///   - picture: what has neither a fingerprint of enough quality nor points is clear, whatever it looks like.
    ///   - scope: what the picture is; works that are not protected from that are passed over.
    ///   - isWanted: says which works to compare with.
    public func verdict(
        on picture: PictureFingerprint,
        as scope: RegisteredWork.Scope,
        where isWanted: (RegisteredWork) -> Bool = { _ in true }
    ) -> WorkVerdict {
        func counts(_ number: UInt32) -> Bool {
            let work = listed[Int(number)]
            return work.scope.contains(scope) && isWanted(work)
        }
        let nearest = picture.quality >= Self.leastQuality ? nearest(to: picture, where: counts) : nil
        if let nearest, nearest.distance <= thresholds.refuse { return .refused(nearest.match) }
        if let part = part(shownBy: picture, where: counts), part.correlation >= thresholds.reviewCorrelation {
            return part.correlation >= thresholds.refuseCorrelation ? .refused(part.match) : .review(part.match)
        }
        return nearest.map { .review($0.match) } ?? .clear
    }

    private func part(
        shownBy picture: PictureFingerprint,
        where counts: (UInt32) -> Bool
    ) -> (correlation: Double, match: WorkMatch)? {
        guard thresholds.reviewCorrelation <= 1,
            let found = parts.best(for: picture, among: counts),
            picture.quality >= Self.leastQuality || found.votes >= Self.leastVotesOfPlain
        else { return nil }
        let correlation = Double(found.correlation)
        return (correlation, match(found.number, .part(found.part, correlation: correlation), found.symmetry))
    }

    private func match(_ number: UInt32, _ likeness: WorkLikeness, _ symmetry: PictureSymmetry) -> WorkMatch {
        let work = listed[Int(number)]
        return WorkMatch(
            workID: work.id,
            title: work.title,
            rightHolder: work.rightHolder,
            likeness: likeness,
            symmetry: symmetry
        )
    }

    private func nearest(
        to picture: PictureFingerprint,
        where counts: (UInt32) -> Bool
    ) -> (distance: Int, match: WorkMatch)? {
        var nearest: (distance: Int, number: UInt32, symmetry: PictureSymmetry)?
        for (symmetry, hash) in zip(PictureSymmetry.allCases, picture.hashes) {
            let radius = min(thresholds.review, nearest.map { $0.distance - 1 } ?? thresholds.review)
            let indexes = Self.commonSymmetries.contains(symmetry) ? [wholes, views] : [wholes]
            let matches = indexes.compactMap { index in
                index.matches(for: hash, within: radius).first { counts($0.owner) }
            }
            guard let found = matches.min(by: { $0.distance < $1.distance }) else { continue }
            nearest = (found.distance, found.owner, symmetry)
        }
        return nearest.map { found in
            (found.distance, match(found.number, .fingerprint(distance: found.distance), found.symmetry))
        }
    }
}

extension WorkRegistry: Codable {
    private enum CodingKeys: CodingKey {
        case thresholds
        case works
    }

    private struct Entry: Codable {
        let work: RegisteredWork
        /// Nil once it is withdrawn.
        let fingerprint: WorkFingerprint?

        private enum CodingKeys: String, CodingKey {
            case work
            // The key of snapshots that exist.
            case fingerprint = "print"
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let entries = try container.decode([Entry].self, forKey: .works)
        self.init(
            thresholds: try container.decode(WorkThresholds.self, forKey: .thresholds),
            capacity: entries.count
        )
        for entry in entries {
            guard numbers[entry.work.id] == nil else {
                throw DecodingError.dataCorruptedError(
                    forKey: .works,
                    in: container,
                    debugDescription: "the work '\(entry.work.id)' is listed twice"
                )
            }
            add(entry.work, entry.work.state == .registered ? entry.fingerprint : nil)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(thresholds, forKey: .thresholds)
        let entries = listed.enumerated().map { number, work in
            Entry(work: work, fingerprint: work.state == .registered ? fingerprint(of: UInt32(number)) : nil)
        }
        try container.encode(entries, forKey: .works)
    }
    private func fingerprint(of number: UInt32) -> WorkFingerprint {
        WorkFingerprint(
            hashes: views.hashes(of: number).reversed(),
            quality: Int(qualities[Int(number)]),
            detail: parts.detail(of: number)
        )
    }
}
