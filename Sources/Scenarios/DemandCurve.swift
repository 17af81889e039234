/// How much is asked for over a day: an amount, and how it is spread over the hours.
package struct DemandCurve: Hashable, Sendable {
    /// All of it, bursts not counted; or so many a second where the shape is 1. Exactly one of the two.
    package var total: Double?
    package var perSecond: Double?
    /// By hour of the local day, from midnight; empty: all alike.
    package var hours: [Double] = []
    /// A factor over time, changing evenly between its points; empty: 1.
    package var trend: [TrendPoint] = []
    package var bursts: [Burst] = []
    package var spread: Spread?

    package struct TrendPoint: Hashable, Sendable {
        /// Since the beginning of the scenario.
        package var at: TimeSpan
        package var level: Double
    }

    /// For a while, more: so many times as much, or so many in all beside the rest.
    package struct Burst: Hashable, Sendable {
        package var at: TimeSpan
        package var lasts: TimeSpan
        package var times: Double?
        package var total: Double?
    }

    /// Who is seen brings others: of all that come, `share` come because of one before them, after `delay` in the mean.
    /// A self-exciting process with an exponential kernel (Hawkes, "Spectra of some self-exciting and mutually exciting
    /// point processes", Biometrika 1971), its branching ratio being the share.
    package struct Spread: Hashable, Sendable {
        package var share: Double
        package var delay: TimeSpan
    }

    package init(total: Double? = nil, perSecond: Double? = nil) {
        self.total = total
        self.perSecond = perSecond
    }

    /// Mean rates over equal stretches of time, per second.
    ///
    /// - Parameters:
    ///   - startsAt: Unix seconds of the scenario's beginning.
    ///   - zoneHours: how far local clocks are ahead of UTC.
    package func rates(count: Int, durationSeconds: Double, startsAt: Int64, zoneHours: Double) -> [Double] {
        let width = durationSeconds / Double(count)
        var rates = (0..<count).map { bin in
            shape(at: (Double(bin) + 0.5) * width, startsAt: startsAt, zoneHours: zoneHours)
        }
        if let total {
            let sum = rates.reduce(0, +) * width
            let factor = sum > 0 ? total / sum : 0
            for bin in rates.indices { rates[bin] *= factor }
        } else {
            for bin in rates.indices { rates[bin] *= perSecond ?? 0 }
        }
        for burst in bursts {
            for bin in rates.indices {
                let (from, to) = (Double(bin) * width, Double(bin + 1) * width)
                let end = burst.at.seconds + burst.lasts.seconds
                let part = max(0, min(to, end) - max(from, burst.at.seconds)) / width
                guard part > 0 else { continue }
                rates[bin] *= 1 + ((burst.times ?? 1) - 1) * part
                rates[bin] += (burst.total ?? 0) / burst.lasts.seconds * part
            }
        }
        return rates
    }

    private func shape(at seconds: Double, startsAt: Int64, zoneHours: Double) -> Double {
        var shape = 1.0
        if hours.count == 24 {
            let local = Double(startsAt % 86_400) + seconds + zoneHours * 3_600
            let hour = (local / 3_600 - 0.5).remainder(dividingBy: 24)
            let place = hour < 0 ? hour + 24 : hour
            let first = Int(place) % 24
            let between = place - Double(Int(place))
            let mean = hours.reduce(0, +) / 24
            shape = (hours[first] * (1 - between) + hours[(first + 1) % 24] * between) / mean
        }
        return shape * level(at: seconds)
    }

    private func level(at seconds: Double) -> Double {
        guard let first = trend.first, let last = trend.last else { return 1 }
        guard seconds > first.at.seconds else { return first.level }
        for (before, after) in zip(trend, trend.dropFirst()) where seconds <= after.at.seconds {
            let length = after.at.seconds - before.at.seconds
            guard length > 0 else { return after.level }
            let share = (seconds - before.at.seconds) / length
            return before.level + (after.level - before.level) * share
        }
        return last.level
    }

    /// Shapes of a day that scenarios name: the share of the mean in each local hour.
    package static let namedHours: [String: [Double]] = [
        "flat": Array(repeating: 1, count: 24),
        // Quiet at four in the morning, a shoulder at noon, highest at nine in the evening.
        "evening": [
            0.75, 0.5, 0.32, 0.22, 0.18, 0.2, 0.3, 0.48, 0.7, 0.88, 1, 1.08, 1.15, 1.15, 1.12, 1.12, 1.18, 1.28,
            1.45, 1.65, 1.85, 1.9, 1.6, 1.12,
        ],
        // Of people at work.
        "office": [
            0.15, 0.1, 0.08, 0.08, 0.1, 0.2, 0.45, 0.9, 1.6, 2.1, 2.2, 2.1, 1.7, 1.9, 2.1, 2.1, 1.9, 1.5, 0.9, 0.6,
            0.5, 0.4, 0.3, 0.2,
        ],
    ]
}

extension DemandCurve: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case total, perSecond, hours, trend, bursts, spread
    }

    private enum Hours: Decodable {
        case named(String)
        case own([Double])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let own = try? container.decode([Double].self) {
                self = .own(own)
            } else {
                self = .named(try container.decode(String.self))
            }
        }
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        total = try fields.optional(.total)
        perSecond = try fields.optional(.perSecond)
        trend = try fields.optional(.trend) ?? []
        bursts = try fields.optional(.bursts) ?? []
        spread = try fields.optional(.spread)
        let written: Hours? = try fields.optional(.hours)
        switch written {
        case nil: hours = []
        case .own(let own): hours = own
        case .named(let name):
            guard let known = Self.namedHours[name] else {
                throw fields.invalid(
                    .hours,
                    "there is no shape of a day called '\(name)'",
                    "take one of \(Self.namedHours.keys.sorted().joined(separator: ", ")), or give 24 numbers"
                )
            }
            hours = known
        }
        try check(fields)
    }

    private func check(_ fields: FieldReader<CodingKeys>) throws {
        guard (total == nil) != (perSecond == nil) else {
            throw fields.invalid(.total, "stands with perSecond, or neither is there", "give exactly one of the two")
        }
        let amount = total ?? perSecond ?? 0
        guard amount >= 0, amount <= 1e12 else { throw fields.invalid(.total, "is \(amount)", "give 0 to 10¹²") }
        guard hours.isEmpty || (hours.count == 24 && hours.allSatisfy { $0 >= 0 } && hours.contains { $0 > 0 }) else {
            throw fields.invalid(.hours, "are not 24 numbers from 0 on, some above 0", "give one for each hour")
        }
        let times = trend.map(\.at.seconds)
        guard times == times.sorted(), trend.allSatisfy({ $0.level >= 0 && $0.level <= 1e6 }) else {
            throw fields.invalid(.trend, "goes back in time or below 0", "give points one after the other")
        }
        for burst in bursts {
            guard burst.lasts.seconds > 0, burst.at.seconds >= 0, (burst.times == nil) != (burst.total == nil),
                (burst.times ?? burst.total ?? 0) >= 0
            else {
                throw fields.invalid(
                    .bursts,
                    "hold one without a length, or with not exactly one of times and total",
                    "write {at: 2h, lasts: 10min, times: 5}"
                )
            }
        }
        if let spread, !(0..<1).contains(spread.share) || spread.delay.seconds <= 0 {
            throw fields.invalid(.spread, "never ends", "give a share in 0..<1 and a delay above 0")
        }
    }
}

extension DemandCurve.TrendPoint: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case at, level }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        at = try fields.required(.at)
        level = try fields.required(.level)
    }
}

extension DemandCurve.Burst: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case at, lasts, times, total }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        at = try fields.required(.at)
        lasts = try fields.required(.lasts)
        times = try fields.optional(.times)
        total = try fields.optional(.total)
    }
}

extension DemandCurve.Spread: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case share, delay }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        share = try fields.required(.share)
        delay = try fields.required(.delay)
    }
}
