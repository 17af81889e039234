import Foundation
import Testing

@testable import Commands

@Suite("The time in logs")
struct LogOutputTests {
    @Test("A line for programs has its day, its time of day to the thousandth, and its zone")
    func time() {
        let text = JSONLogHandler.time(Date(timeIntervalSince1970: 1_700_000_000.25))
        #expect(text == "2023-11-14T22:13:20.250Z")
    }
}
