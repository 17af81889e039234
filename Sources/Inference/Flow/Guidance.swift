/// Classifier-free guidance: away from what the network paints of any prompt, towards what it paints of this one.
struct Guidance: Hashable, Sendable {
    let scale: Float

    /// Whether the network must be asked without a condition too.
    var needsEmpty: Bool { scale != 1 }
    /// Rows of a pass that one picture takes.
    var rows: Int { needsEmpty ? 2 : 1 }

    func combined(empty: ArraySlice<Float>, conditional: ArraySlice<Float>) -> [Float] {
        zip(empty, conditional).map { $0 + scale * ($1 - $0) }
    }
}
