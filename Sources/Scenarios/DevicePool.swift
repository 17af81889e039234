/// Devices of one kind that are switched on and off together.
package struct DevicePool: Hashable, Sendable {
    package var name: String
    package var device: String
    package var count: Int
    /// Which models they run; empty: all.
    package var models: [String] = []
    /// What surrounds them, in degrees Celsius.
    package var ambientCelsius = 25.0
    package var autoscale: Autoscale?

    /// More devices while there is more work than they can do, fewer when there is less.
    package struct Autoscale: Hashable, Sendable {
        package var least: Int
        package var most: Int
        /// From being asked for to being there.
        package var delay: TimeSpan
        /// Of the time, how busy devices are meant to be.
        package var aim: Double
        /// How long a device must have been too many before it goes.
        package var calm: TimeSpan
    }

    package init(name: String, device: String, count: Int) {
        self.name = name
        self.device = device
        self.count = count
    }
}

extension DevicePool: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, device, count, models, ambientCelsius, autoscale
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        device = try fields.required(.device)
        name = try fields.optional(.name) ?? device
        count = try fields.required(.count)
        models = try fields.optional(.models) ?? []
        ambientCelsius = try fields.optional(.ambientCelsius) ?? ambientCelsius
        autoscale = try fields.optional(.autoscale)
        guard (-50...100).contains(ambientCelsius) else {
            throw fields.invalid(.ambientCelsius, "is \(ambientCelsius)", "give -50 to 100 degrees")
        }
        guard (0...1_000_000).contains(count) else {
            throw fields.invalid(.count, "is \(count)", "give 0 to a million devices")
        }
    }
}

extension DevicePool.Autoscale: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case least, most, delay, aim, calm }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        least = try fields.optional(.least) ?? 0
        most = try fields.required(.most)
        delay = try fields.required(.delay)
        aim = try fields.optional(.aim) ?? 0.7
        calm = try fields.optional(.calm) ?? 600
        guard least >= 0, most >= least, most <= 1_000_000, aim >= 0.01, aim <= 1 else {
            throw fields.invalid(.most, "is below the least, or the aim is not in 0.01...1", "correct the bounds")
        }
    }
}
