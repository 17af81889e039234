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

    @Test("The message of a trap is written, and what was written before it without an end of line")
    func trap() async throws {
        for _ in 0..<5 {
            let end = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                LibraryOutput.capture()
                FileHandle.standardError.write(Data("half a line; ".utf8))
                fatalError("these are the last words")
            }
            let text = String(decoding: end.standardErrorContent, as: UTF8.self)
            #expect(text.contains("half a line; ") && text.contains("these are the last words"))
        }
    }
}
