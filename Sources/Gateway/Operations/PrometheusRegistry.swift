public import CoreMetrics
internal import Synchronization

/// Collects what swift-metrics counts and writes it as Prometheus text.
///
/// Counters as they are; gauges as their last value; recorders that aggregate and timers as histograms in seconds.
public final class PrometheusRegistry: MetricsFactory {
    private struct Series: Hashable {
        let label: String
        let dimensions: [[String]]
    }

    private struct State {
        var counters: [Series: CounterCell] = [:]
        var amounts: [Series: AmountCell] = [:]
        var gauges: [Series: GaugeCell] = [:]
        var histograms: [Series: HistogramCell] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    private static func series(_ label: String, _ dimensions: [(String, String)]) -> Series {
        Series(label: label, dimensions: dimensions.map { [$0.0, $0.1] }.sorted { $0[0] < $1[0] })
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let series = Self.series(label, dimensions)
        return state.withLock { state in
            let cell = state.counters[series] ?? CounterCell()
            state.counters[series] = cell
            return cell
        }
    }

    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        let series = Self.series(label, dimensions)
        return state.withLock { state in
            let cell = state.amounts[series] ?? AmountCell()
            state.amounts[series] = cell
            return cell
        }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let series = Self.series(label, dimensions)
        return state.withLock { state -> any RecorderHandler in
            if aggregate {
                let cell = state.histograms[series] ?? HistogramCell()
                state.histograms[series] = cell
                return cell
            }
            let cell = state.gauges[series] ?? GaugeCell()
            state.gauges[series] = cell
            return cell
        }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let series = Self.series(label, dimensions)
        return state.withLock { state in
            let cell = state.histograms[series] ?? HistogramCell()
            state.histograms[series] = cell
            return cell
        }
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything, in Prometheus' text format, in a fixed order.
    public var text: String {
        let (counters, amounts, gauges, histograms) = state.withLock {
            ($0.counters, $0.amounts, $0.gauges, $0.histograms)
        }
        var lines: [String] = []
        Self.write(counters, type: "counter", to: &lines) { series, cell in
            ["\(series.label)\(Self.labels(series)) \(cell.value)"]
        }
        Self.write(amounts, type: "counter", to: &lines) { series, cell in
            ["\(series.label)\(Self.labels(series)) \(cell.value)"]
        }
        Self.write(gauges, type: "gauge", to: &lines) { series, cell in
            ["\(series.label)\(Self.labels(series)) \(cell.value)"]
        }
        Self.write(histograms, type: "histogram", to: &lines) { series, cell in
            let (counts, sum) = cell.values
            var total = 0
            var rows: [String] = []
            for (bound, count) in zip(HistogramCell.bounds.map { "\($0)" } + ["+Inf"], counts) {
                total += count
                rows.append("\(series.label)_bucket\(Self.labels(series, ("le", bound))) \(total)")
            }
            rows.append("\(series.label)_sum\(Self.labels(series)) \(sum)")
            rows.append("\(series.label)_count\(Self.labels(series)) \(total)")
            return rows
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func write<Cell>(
        _ cells: [Series: Cell],
        type: String,
        to lines: inout [String],
        _ rows: (Series, Cell) -> [String]
    ) {
        var label: String?
        let order = cells.sorted { left, right in
            (left.key.label, left.key.dimensions.joined().joined(separator: "\u{0}"))
                < (right.key.label, right.key.dimensions.joined().joined(separator: "\u{0}"))
        }
        for (series, cell) in order {
            if series.label != label { lines.append("# TYPE \(series.label) \(type)") }
            label = series.label
            lines += rows(series, cell)
        }
    }

    private static func labels(_ series: Series, _ extra: (String, String)? = nil) -> String {
        let all = series.dimensions + (extra.map { [[$0.0, $0.1]] } ?? [])
        guard !all.isEmpty else { return "" }
        return "{" + all.map { "\($0[0])=\"\(escaped($0[1]))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String) -> String {
        text.map { $0 == "\\" ? "\\\\" : $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : String($0) }.joined()
    }
}

private final class CounterCell: CounterHandler {
    private let count = Mutex<Int64>(0)

    var value: Int64 { count.withLock { $0 } }

    func increment(by amount: Int64) { count.withLock { $0 &+= amount } }
    func reset() { count.withLock { $0 = 0 } }
}

private final class AmountCell: FloatingPointCounterHandler {
    private let sum = Mutex<Double>(0)

    var value: Double { sum.withLock { $0 } }

    func increment(by amount: Double) { sum.withLock { $0 += amount } }
    func reset() { sum.withLock { $0 = 0 } }
}

private final class GaugeCell: RecorderHandler {
    private let last = Mutex<Double>(0)

    var value: Double { last.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { last.withLock { $0 = value } }
}

private final class HistogramCell: RecorderHandler, TimerHandler {
    /// Seconds. From a refusal that takes a millisecond to a queue that takes an hour.
    static let bounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600]

    private let state = Mutex((counts: [Int](repeating: 0, count: bounds.count + 1), sum: 0.0))

    /// How many fell into each bucket (not cumulative), and their sum.
    var values: (counts: [Int], sum: Double) { state.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
