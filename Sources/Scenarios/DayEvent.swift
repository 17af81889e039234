/// Something that happens to the fleet at a moment of the day.
package struct DayEvent: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, Decodable, NamedChoice {
        /// Devices stop, and whoever runs them is told.
        case crash
        /// Devices fall silent in the middle of their work.
        case hang
        /// Devices take `times` as long.
        case slow
        /// Of the tasks, the share `chance` fails.
        case fail
        /// Devices say at once that they are done, and bring nothing that can be used: every task fails in no time.
        case lie
        /// The surroundings are at `celsius`.
        case heat
    }

    package var at: TimeSpan
    package var kind: Kind
    /// nil: until the end.
    package var lasts: TimeSpan?
    /// nil: every pool.
    package var pool: String?
    /// Of the devices.
    package var share = 1.0
    package var times = 1.0
    package var chance = 0.0
    package var celsius = 25.0
}

extension DayEvent: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case at, kind, lasts, pool, share, times, chance, celsius
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        at = try fields.required(.at)
        kind = try fields.required(.kind)
        lasts = try fields.optional(.lasts)
        pool = try fields.optional(.pool)
        share = try fields.optional(.share) ?? share
        times = try fields.optional(.times) ?? times
        chance = try fields.optional(.chance) ?? (kind == .lie ? 1 : chance)
        celsius = try fields.optional(.celsius) ?? celsius
        guard (0...1).contains(share), (0...1).contains(chance), times > 0, times <= 1_000,
            (-50...100).contains(celsius), at.seconds >= 0
        else {
            throw fields.invalid(.kind, "has a figure out of its range", "give shares in 0...1 and times above 0")
        }
    }
}
