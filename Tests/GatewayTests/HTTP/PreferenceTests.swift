import HTTPTypes
import Testing

@testable import Gateway

@Suite("What a client prefers")
struct PreferenceTests {
    private func preference(_ value: String) throws -> Preference {
        var headers = HTTPFields()
        headers[.prefer] = value
        return try Preference(headers)
    }

    @Test(
        "Preferences are read as RFC 7240 writes them",
        arguments: [
            ("respond-async", Preference.respondAsync), ("Respond-Async", .respondAsync),
            ("wait=10", .wait(seconds: 10)),
            ("wait=\"10\"", .wait(seconds: 10)), ("respond-async, wait=5", .wait(seconds: 5)),
            ("return=minimal", .none),
            ("foo; bar=1, wait=0", .wait(seconds: 0)), ("", .none),
        ]
    )
    func reads(value: String, expected: Preference) throws {
        #expect(try preference(value) == expected)
    }

    @Test(
        "A wait that is no number of seconds is refused",
        arguments: ["wait=", "wait=-1", "wait=601", "wait=soon", "wait=+5", "wait=\u{665}"]
    )
    func refuses(value: String) {
        #expect(throws: APIError.self) { try preference(value) }
    }
}
