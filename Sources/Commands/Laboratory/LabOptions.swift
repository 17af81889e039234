internal import ArgumentParser
internal import Foundation
internal import Scenarios
internal import SurgeLab

/// What commands that play days have in common.
struct LabOptions: ParsableArguments {
    @Option(
        name: .customLong("scale"),
        help:
            "A part of the people and of the fleet: 1, 0.01 or 1/100. Without it, at most some seven million requests."
    )
    var writtenScale: String?

    @Option(help: "Everything random follows from it; without it, the day's own.")
    var seed: UInt64?

    @Option(help: "Cells that are played at the same time. Changes nothing but the time it takes.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard (1...1_024).contains(threads) else { throw ValidationError("--threads takes 1 to 1024.") }
        guard let writtenScale else { return }
        guard let scale = Self.number(writtenScale), scale > 0, scale <= 1 else {
            throw ValidationError("--scale takes a number above 0, at most 1, like 0.01 or 1/100.")
        }
    }

    func scale(for day: Day) -> Double {
        if let scale = writtenScale.flatMap(Self.number) { return scale }
        let requests = LabDefaults.requests(of: day)
        let parts = (Double(requests) / LabDefaults.comfortableRequests).rounded(.up)
        return 1 / max(1, parts)
    }

    static func number(_ text: String) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
        guard let first = parts.first, let above = first else { return nil }
        guard parts.count == 2 else { return parts.count == 1 ? above : nil }
        guard let below = parts[1], below != 0 else { return nil }
        return above / below
    }

    /// Whether files can be written, before minutes are spent on what is to stand in them.
    static func check(writable files: String?...) throws {
        for file in files.compactMap(\.self) {
            let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
            guard FileManager.default.isWritableFile(atPath: folder) else {
                throw CommandFailure("\(file) cannot be written: there is no folder \(folder), or it is not yours")
            }
        }
    }

    static func write(_ document: some Encodable, to file: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try encoder.encode(document).write(to: URL(fileURLWithPath: file))
        } catch {
            throw CommandFailure("\(file) cannot be written: \(error.localizedDescription)")
        }
    }
}

enum LabDefaults {
    /// Some ten seconds' worth on two cores.
    static let comfortableRequests = 7_050_000.0

    /// About so many, chance left out.
    static func requests(of day: Day) -> Int {
        var sum = 0.0
        for group in day.people {
            for curve in [group.requests, group.signUps].compactMap(\.self) {
                let rates = curve.rates(
                    count: 1_000,
                    durationSeconds: day.durationSeconds,
                    startsAt: day.startsAt.unixSeconds,
                    zoneHours: group.zoneHours
                )
                sum += rates.reduce(0, +) * day.durationSeconds / 1_000
            }
        }
        return Int(sum.rounded())
    }
}
