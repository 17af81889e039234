/// Decides, for each run of a graph, whether to use the form compiled for that very shape or the one for any shape.
///
/// A form for one shape is about a fifth faster, but costs 0.2 s to compile and holds its working memory. So a shape
/// earns it by coming twice within the last few runs, and only when the memory fits the budget. A plain value: runs
/// in, decisions out.
struct ShapePlan: Sendable {
    /// How many of the last runs are looked at.
    private static let memory = 8

    enum Form: Hashable, Sendable {
        case exact
        case any
    }

    struct Decision: Hashable, Sendable {
        let form: Form
        /// Shapes whose compiled form must be let go first.
        let evicted: [[GraphShape]]
        /// Whether the form for any shape must let its working memory go first.
        let releasesAny: Bool
    }

    let profile: GraphProfile
    let budgetBytes: Int
    /// 2 with 32-bit arithmetic, 1 with 16-bit.
    let precisionFactor: Int

    private var recent: [[GraphShape]] = []
    /// What is held, the least recently used first.
    private var exact: [(shapes: [GraphShape], bytes: Int)] = []
    private var anyBytes = 0

    init(profile: GraphProfile, budgetBytes: Int, precisionFactor: Int) {
        self.profile = profile
        self.budgetBytes = budgetBytes
        self.precisionFactor = precisionFactor
    }

    mutating func next(_ shapes: [GraphShape]) -> Decision {
        let values = shapes.map { $0.dimensions.reduce(1, *) }.max() ?? 0
        let exactBytes = values * profile.staticBytesPerValue * precisionFactor
        let isFrequent = recent.contains(shapes)
        recent.append(shapes)
        if recent.count > Self.memory { recent.removeFirst() }

        if let index = exact.firstIndex(where: { $0.shapes == shapes }) {
            exact.append(exact.remove(at: index))
            return Decision(form: .exact, evicted: [], releasesAny: false)
        }
        if isFrequent || !profile.hasDynamicShapes, exactBytes <= budgetBytes || !profile.hasDynamicShapes {
            let (evicted, releasesAny) = makeRoom(exactBytes)
            exact.append((shapes, exactBytes))
            return Decision(form: .exact, evicted: evicted, releasesAny: releasesAny)
        }
        let bytes = max(anyBytes, values * profile.dynamicBytesPerValue * precisionFactor)
        anyBytes = 0
        let (evicted, _) = makeRoom(bytes)
        anyBytes = bytes
        return Decision(form: .any, evicted: evicted, releasesAny: false)
    }

    /// Lets the form for any shape go first, then the shapes used longest ago, until `bytes` more fit.
    private mutating func makeRoom(_ bytes: Int) -> (evicted: [[GraphShape]], releasesAny: Bool) {
        var evicted: [[GraphShape]] = []
        var held = exact.reduce(anyBytes) { $0 + $1.bytes }
        let releasesAny = anyBytes > 0 && held + bytes > budgetBytes
        if releasesAny {
            held -= anyBytes
            anyBytes = 0
        }
        while held + bytes > budgetBytes, let oldest = exact.first {
            exact.removeFirst()
            held -= oldest.bytes
            evicted.append(oldest.shapes)
        }
        return (evicted, releasesAny)
    }
}
