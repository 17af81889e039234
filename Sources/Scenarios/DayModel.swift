package import SurgeCore

/// A model of a scenario and what its rungs cost on the reference device.
package struct DayModel: Hashable, Sendable {
    package var name: String
    package var ladder: Ladder

    /// Of a picture, in device-seconds.
    package static let costRange = 1e-6...86_400

    package init(name: String, ladder: Ladder) {
        self.name = name
        self.ladder = ladder
    }
}

extension DayModel: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case name, rungs }

    private struct WrittenRung: Decodable {
        let rung: Rung

        private enum CodingKeys: String, CodingKey, CaseIterable { case name, side, cost, quality, steps }

        init(from decoder: any Decoder) throws {
            let fields = try FieldReader(decoder, CodingKeys.self)
            let cost: TimeSpan = try fields.required(.cost)
            rung = Rung(
                name: try fields.required(.name),
                workingSide: try fields.optional(.side) ?? 1_024,
                costDeviceSeconds: cost.seconds,
                quality: try fields.required(.quality),
                steps: try fields.optional(.steps)
            )
        }
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        name = try fields.required(.name)
        let rungs: [WrittenRung] = try fields.required(.rungs)
        guard rungs.allSatisfy({ Self.costRange.contains($0.rung.costDeviceSeconds) }) else {
            throw fields.invalid(.rungs, "have a cost out of range", "give a microsecond to a day")
        }
        guard let ladder = Ladder(rungs.map(\.rung)) else {
            throw fields.invalid(
                .rungs,
                "are none, or two have one name, or a figure is out of its range",
                "give each a name of its own, a cost above 0, a quality in 0...1 and at least 1 step"
            )
        }
        self.ladder = ladder
    }
}
