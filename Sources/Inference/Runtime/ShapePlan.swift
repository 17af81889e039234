/// Decides, for each run of a graph, whether to use the form compiled for that very shape or the one for any shape.
///
/// A form for one shape is about a fifth faster, but costs 0.2 s to compile and holds its working memory for as long as
/// it lives. A shape earns it by coming back; when something else would have to make room for it, only by coming
/// back many times in a row, so that mixed shapes do not compile each other away. A plain value: runs in, decisions
/// out.
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
        var evicted: [[GraphShape]] = []
        /// Whether the form for any shape must be let go first.
        var evictsAny = false

        var makesRoom: Bool { evictsAny || !evicted.isEmpty }
    }

    /// A compiled form that is held.
    private struct Held: Sendable {
        let shapes: [GraphShape]
        let bytes: Int
    }

    let profile: GraphProfile
    let budgetBytes: Int
    /// 2 with 32-bit arithmetic, 1 with 16-bit.
    let precisionFactor: Int

    private var recent: [[GraphShape]] = []
    /// The least recently used first.
    private var exact: [Held] = []
    private var anyBytes = 0

    init(profile: GraphProfile, budgetBytes: Int, precisionFactor: Int) {
        self.profile = profile
        self.budgetBytes = budgetBytes
        self.precisionFactor = precisionFactor
    }

    private var heldBytes: Int { exact.reduce(anyBytes) { $0 + $1.bytes } }

    mutating func next(_ shapes: [GraphShape]) -> Decision {
        guard profile.hasDynamicShapes else { return Decision(form: .exact) }
        // Another form adds in another order: the last bits would depend on which shapes came before.
        guard profile.precision != .float32 else { return Decision(form: .any) }
        let values = shapes.map { $0.dimensions.reduce(1, *) }.max() ?? 0
        let occurrences = recent.count { $0 == shapes }
        recent.append(shapes)
        if recent.count > Self.memory { recent.removeFirst() }

        if let index = exact.firstIndex(where: { $0.shapes == shapes }) {
            exact.append(exact.remove(at: index))
            return Decision(form: .exact)
        }
        let bytes = values * profile.staticBytesPerValue * precisionFactor
        let fits = heldBytes + bytes <= budgetBytes
        if bytes <= budgetBytes, occurrences >= (fits ? 1 : Self.memory - 1) {
            let decision = makeRoom(bytes, for: .exact)
            exact.append(Held(shapes: shapes, bytes: bytes))
            return decision
        }
        // The form for any shape grows to the largest picture it has seen.
        let growth = max(0, values * profile.dynamicBytesPerValue * precisionFactor - anyBytes)
        let decision = makeRoom(growth, for: .any)
        anyBytes += growth
        return decision
    }

    /// Lets forms go until `bytes` more fit: for an exact form the one for any shape first, then the oldest.
    private mutating func makeRoom(_ bytes: Int, for form: Form) -> Decision {
        var decision = Decision(form: form)
        if form == .exact, anyBytes > 0, heldBytes + bytes > budgetBytes {
            decision.evictsAny = true
            anyBytes = 0
        }
        while heldBytes + bytes > budgetBytes, !exact.isEmpty {
            decision.evicted.append(exact.removeFirst().shapes)
        }
        return decision
    }
}
