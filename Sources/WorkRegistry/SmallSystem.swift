/// Four linear equations with a symmetric matrix that is a sum of products of vectors with themselves.
struct SmallSystem {
    private var rows = [SIMD4<Float>](repeating: SIMD4(), count: 4)

    mutating func add(_ vector: SIMD4<Float>) {
        for row in 0..<4 { rows[row] += vector * vector[row] }
    }

    /// What the matrix turns into the right side, or nil where there is no one answer. Elimination by Gauss; such a matrix
    /// needs no exchange of rows.
    func solution(_ right: SIMD4<Float>) -> SIMD4<Float>? {
        var (rows, right) = (rows, right)
        let size = (0..<4).reduce(0) { max($0, rows[$1][$1]) }
        for pivot in 0..<4 {
            guard rows[pivot][pivot] > 1e-5 * size else { return nil }
            for row in pivot + 1..<4 {
                let factor = rows[row][pivot] / rows[pivot][pivot]
                rows[row] -= rows[pivot] * factor
                right[row] -= right[pivot] * factor
            }
        }
        var answer = SIMD4<Float>()
        for row in (0..<4).reversed() { answer[row] = (right[row] - (rows[row] * answer).sum()) / rows[row][row] }
        return answer
    }
}
