internal import Foundation

/// Puts values on an axis and says where its ticks are.
package struct PlotScale: Hashable, Sendable {
    package struct Tick: Hashable, Sendable {
        let value: Double
        let label: String
    }

    package let domain: ClosedRange<Double>
    package let ticks: [Tick]
    let isLogarithmic: Bool

    /// 0 at the domain's start, 1 at its end; outside of it what is nearest.
    package func share(_ value: Double) -> Double {
        let (low, high, at) =
            isLogarithmic
            ? (log10(domain.lowerBound), log10(domain.upperBound), log10(max(value, domain.lowerBound)))
            : (domain.lowerBound, domain.upperBound, value)
        return min(1, max(0, (at - low) / (high - low)))
    }

    /// From 0 to a round number above the maximum.
    package static func linear(maximum: Double, label: (Double) -> String = { NumberText.short($0) }) -> PlotScale {
        let step = roundStep(max(maximum, 1e-9) / 4)
        let end = (max(maximum, 1e-9) / step - 1e-9).rounded(.up) * step
        let count = Int((end / step).rounded())
        let ticks = (0...count).map { Tick(value: Double($0) * step, label: label(Double($0) * step)) }
        return PlotScale(domain: 0...end, ticks: ticks, isLogarithmic: false)
    }

    /// Powers of ten around what is there, with 1, 2 and 5 marked where there is room.
    package static func logarithmic(of values: [Double]) -> PlotScale {
        let positive = values.filter { $0 > 0 }
        let marks = (-3...4).flatMap { power in [1.0, 2, 5].map { $0 * pow(10, Double(power)) } }
        let low = marks.last { $0 <= (positive.min() ?? 0.1) } ?? 0.001
        let high = marks.first { $0 >= (positive.max() ?? 10) && $0 > low } ?? 50_000
        let inside = marks.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
        let shown = inside.count <= 8 ? inside : inside.filter { abs(log10($0).rounded() - log10($0)) < 1e-9 }
        return PlotScale(
            domain: low...high,
            ticks: shown.map {
                Tick(value: $0, label: $0 < 1 ? "\(Int(($0 * 1_000).rounded())) ms" : "\(Int($0.rounded())) s")
            },
            isLogarithmic: true
        )
    }

    /// Seconds of a run.
    package static func time(seconds: Double) -> PlotScale {
        let steps: [Double] = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800]
        let step = steps.first { seconds / $0 <= 8 } ?? 3_600
        let ticks = stride(from: 0, through: seconds, by: step).map { Tick(value: $0, label: clock($0)) }
        return PlotScale(domain: 0...max(seconds, 0.1), ticks: ticks, isLogarithmic: false)
    }

    private static func clock(_ seconds: Double) -> String {
        guard seconds >= 60 else { return "\(NumberText.short(seconds)) s" }
        return "\(Int(seconds) / 60):\(String(format: "%02d", Int(seconds) % 60))"
    }

    private static func roundStep(_ step: Double) -> Double {
        let power = pow(10, log10(step).rounded(.down))
        return ([1, 2, 5, 10].first { $0 * power >= step * 0.999 } ?? 10) * power
    }
}
