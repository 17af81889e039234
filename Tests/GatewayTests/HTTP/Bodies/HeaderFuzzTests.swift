import HTTPTypes
import Hummingbird
import TestKit
import Testing

@testable import Gateway

@Suite("Headers, whatever is in them")
struct HeaderFuzzTests {
    private static let mutations = 5_000
    private static let samples: [HTTPField.Name: [String]] = [
        .prefer: ["respond-async, wait=20", "wait=\"5\"; x=y, return=minimal", "handling=lenient"],
        .forwardedFor: ["192.0.2.1, 2001:db8::1", "::ffff:192.0.2.7", "unknown, _hidden"],
        .accept: ["text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "application/json"],
        .cookie: ["heatsink_session=0123456789abcdefghij; other=1", "a=b; a=c; ="],
        .contentType: ["multipart/form-data; boundary=\"a b\"", "application/json; charset=utf-8"],
    ]

    private func mutate(_ text: String, using generator: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.insert(.random(in: .min ... .max, using: &generator), at: place)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + 3))
            case 2: bytes.insert(contentsOf: bytes.prefix(place), at: place)
            default: bytes.insert(contentsOf: Array("\",;=: +\u{301}".utf8), at: place)
            }
        }
        return String(decoding: bytes.prefix(4_096), as: UTF8.self)
    }

    @Test("No header traps, and what is read of one is within what it may be")
    func mutated() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        for (name, samples) in Self.samples {
            for mutation in 0..<Self.mutations {
                let value = mutate(samples[mutation % samples.count], using: &generator)
                let request = Request(
                    head: HTTPRequest(
                        method: .get,
                        scheme: "http",
                        authority: "localhost",
                        path: "/status",
                        headerFields: [name: value]
                    ),
                    body: RequestBody(buffer: .init())
                )
                if case .wait(let seconds)? = try? Preference(request.headers) {
                    #expect((0...Preference.longestWaitSeconds).contains(seconds), "seed \(seed): \(value)")
                }
                #expect(ClientAddress.network(of: value).unicodeScalars.count <= 64, "seed \(seed): \(value)")
                #expect(SessionCookie.digest(of: request).map { $0.utf8.count == 64 } ?? true, "seed \(seed): \(value)")
                _ = PagesController.wantsPage(request)
                _ = try? BodyReader.form(request.headers)
                _ = HeaderParameters(value)
            }
        }
    }
}
