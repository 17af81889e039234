import ArgumentParser
import Testing

@testable import Commands

@Suite("heatsink generate")
struct GenerateCommandTests {
    @Test(
        "What makes sense is taken",
        arguments: [
            ["a hill", "-o", "out.png"],
            ["a hill", "-o", "out.png", "--size", "1536x512", "--count", "4", "--seed", "18446744073709551615"],
            ["a hill", "-o", "out.jpg", "--from", "photo.jpg", "--strength", "0.05", "--quality", "low"],
            ["a hill", "--stop-after", "2", "--save-state", "hill.state"],
            ["--resume", "hill.state", "-o", "out.png"],
            ["--resume", "hill.state", "--stop-after", "1", "--save-state", "hill.state"],
            ["a hill", "--benchmark", "3", "--count", "8"],
        ]
    )
    func takes(arguments: [String]) throws {
        _ = try GenerateCommand.parse(arguments)
    }

    @Test(
        "What makes none is refused with a sentence that names it",
        arguments: [
            ([], "prompt"),
            (["", "-o", "out.png"], "prompt"),
            (["a hill"], "--output"),
            (["a hill", "--resume", "x", "-o", "out.png"], "--resume"),
            (["a hill", "-o", "out.png", "--stop-after", "2"], "--save-state"),
            (["a hill", "--save-state", "x"], "--stop-after"),
            (["a hill", "--save-state", "x", "--stop-after", "0"], "--stop-after"),
            (["a hill", "--save-state", "x", "--stop-after", "1", "--count", "2"], "--count"),
            (["a hill", "-o", "out.png", "--count", "0"], "--count"),
            (["a hill", "-o", "out.png", "--strength", "0.5"], "--from"),
            (["a hill", "-o", "out.png", "--from", "x", "--strength", "1.5"], "--strength"),
            (["a hill", "-o", "out.png", "--size", "4000x4000"], "--size"),
            (["a hill", "-o", "out.png", "--size", "1024x256"], "--size"),
            (["a hill", "-o", "out.png", "--size", "big"], "--size"),
            (["a hill", "-o", "out.png", "--format", "gif"], "--format"),
            (["a hill", "-o", "out.png", "--compression", "101"], "--compression"),
        ] as [([String], String)]
    )
    func refuses(arguments: [String], name: String) {
        do {
            _ = try GenerateCommand.parse(arguments)
            Issue.record("\(arguments) is taken")
        } catch {
            #expect(GenerateCommand.fullMessage(for: error).contains(name))
        }
    }
}
