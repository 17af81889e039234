internal import Testing

@testable import SurgeLoad

@Suite("Reading Prometheus text")
struct PrometheusTextTests {
    private let text = PrometheusText(
        """
        # HELP heatsink_jobs_total Jobs.
        # TYPE heatsink_jobs_total counter
        heatsink_jobs_total{plan="free",name="a b} \\"c\\""} 3
        heatsink_jobs_total{plan="pro"} 4.5 1764000000000
        # TYPE heatsink_jobs_waiting gauge
        heatsink_jobs_waiting 2

        # TYPE heatsink_seconds histogram
        heatsink_seconds_bucket{le="+Inf"} 9
        heatsink_wasted_total 1e-3
        other_total 7
        broken
        # TYPE heatsink_odd_total gauge
        heatsink_odd_total NaN
        """
    )

    @Test("Series of a name add up, whatever their labels hold")
    func adds() {
        #expect(text.total("heatsink_jobs_total") == 7.5)
        #expect(text.total("heatsink_jobs_waiting") == 2)
        #expect(text.total("heatsink_jobs") == nil)
        #expect(text.samples["heatsink_jobs_total{plan=\"free\",name=\"a b} \\\"c\\\"\"}"] == 3)
    }

    @Test("Counters are what says so, or ends like one and says nothing")
    func findsCounters() {
        #expect(
            Set(text.counters(prefix: "heatsink_").keys) == [
                "heatsink_jobs_total{plan=\"free\",name=\"a b} \\\"c\\\"\"}", "heatsink_jobs_total{plan=\"pro\"}",
                "heatsink_wasted_total",
            ]
        )
    }
}
