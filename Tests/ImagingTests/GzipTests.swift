import Foundation
import Imaging
import Testing

@Suite("gzip")
struct GzipTests {
    @Test("What was compressed is what gunzip makes of it", arguments: [0, 1, 1_000, 300_000])
    func decompresses(count: Int) throws {
        let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let compressed = try Gzip.compress(text)
        DispatchQueue.global().async {
            input.fileHandleForWriting.write(Data(compressed))
            input.fileHandleForWriting.closeFile()
        }
        let read = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(Array(read) == text)
    }
}
