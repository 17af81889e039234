import Testing

@testable import Gateway

@Suite("Paths in logs")
struct LoggedPathTests {
    @Test(
        "A name that opens something to everyone who knows it is not logged",
        arguments: [
            ("/s/abcdef", "/s/…"), ("/s/abcdef/picture", "/s/…/picture"), ("//s//abcdef", "/s/…"),
            ("/%73/abcdef", "/%73/…"),
            ("/v1/decisions/dec_1", "/v1/decisions/…"), ("/v1/decisions/dec_1/picture", "/v1/decisions/…/picture"),
            ("/v1/opt-outs/out_1", "/v1/opt-outs/…"), ("/v1/shares/abc", "/v1/shares/…"),
            ("/ops/rights/reviews/dec_1/picture", "/ops/rights/reviews/…/picture"),
            ("/ops/rights/opt-outs/out_1", "/ops/rights/opt-outs/…"),
            ("/ops/rights/appeals/dec_1", "/ops/rights/appeals/…"),
            ("/v1/hs_aaaaaaaaaaaaaaaaaaaaaaaaaa", "/v1/…"), ("/x%68s_abc", "/…"),
        ]
    )
    func secrets(path: String, shown: String) {
        #expect(LoggedPath.text(path) == shown)
    }

    @Test(
        "Other paths are logged as they are",
        arguments: ["/", "/v1/jobs/job_1/events", "/v1/shares", "/s", "/status"]
    )
    func others(path: String) {
        #expect(LoggedPath.text(path) == path)
    }
}
