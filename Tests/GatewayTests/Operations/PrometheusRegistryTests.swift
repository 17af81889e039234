import CoreMetrics
import Testing

@testable import Gateway

@Suite("Prometheus text")
struct PrometheusRegistryTests {
    @Test("Counters, gauges and histograms are written in the text format, in a fixed order")
    func writes() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "b_total", dimensions: [("status", "a\"b")]).increment(by: 2)
        registry.makeCounter(label: "b_total", dimensions: [("status", "a\"b")]).increment(by: 1)
        registry.makeRecorder(label: "a_now", dimensions: [], aggregate: false).record(4.5)
        registry.makeRecorder(label: "c_seconds", dimensions: [], aggregate: true).record(0.2)
        let lines = registry.text.split(separator: "\n")
        #expect(
            lines.prefix(4) == [
                "# TYPE b_total counter", "b_total{status=\"a\\\"b\"} 3", "# TYPE a_now gauge", "a_now 4.5",
            ]
        )
        #expect(lines.contains("c_seconds_bucket{le=\"0.25\"} 1"))
        #expect(lines.contains("c_seconds_bucket{le=\"0.1\"} 0"))
        #expect(lines.suffix(3) == ["c_seconds_bucket{le=\"+Inf\"} 1", "c_seconds_sum 0.2", "c_seconds_count 1"])
    }
}
