/// Logarithm and exponential function from additions, multiplications and divisions alone: the same bits on every machine,
/// which no system's library promises.
package enum PortableMath {
    private static let ln2 = 0.693_147_180_559_945_3

    /// The natural logarithm of a number above 0, to about 1 in 10¹⁵: log(2ᵏ m) = k ln 2 + 2 artanh((m − 1) ÷ (m + 1)),
    /// the inverse hyperbolic tangent by its power series, m in √½...√2.
    @inline(__always)
    package static func log(_ value: Double) -> Double {
        var exponent = Int(value.exponent)
        var significand = value.significand
        if significand > 1.414_213_562_373_095 {
            significand *= 0.5
            exponent += 1
        }
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var sum = 1.0 / 19
        sum = sum * square + 1.0 / 17
        sum = sum * square + 1.0 / 15
        sum = sum * square + 1.0 / 13
        sum = sum * square + 1.0 / 11
        sum = sum * square + 1.0 / 9
        sum = sum * square + 1.0 / 7
        sum = sum * square + 1.0 / 5
        sum = sum * square + 1.0 / 3
        sum = sum * square + 1.0
        return Double(exponent) * ln2 + 2 * ratio * sum
    }

    /// e to the power of a number: 2ᵏ times the power series of what is left, at most ½ ln 2.
    package static func exp(_ value: Double) -> Double {
        guard value > -700 else { return 0 }
        guard value < 700 else { return .infinity }
        let turns = (value / ln2).rounded(.toNearestOrEven)
        let rest = value - turns * ln2
        var sum = 1.0
        for power in stride(from: 14.0, through: 1, by: -1) { sum = sum * rest / power + 1 }
        return Double(sign: .plus, exponent: Int(turns), significand: 1) * sum
    }
}
