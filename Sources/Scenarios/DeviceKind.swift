/// A kind of device: how fast it is, how warm it gets, how often it breaks, what it costs.
package struct DeviceKind: Hashable, Sendable {
    package var name: String
    /// Seconds that it takes for one device-second of the models' stated costs.
    package var speed = 1.0
    /// By model and rung: measured seconds for all tasks together, with one, two, three … at the same time. What is not
    /// measured follows from the ladder, the speed and `batchTimes`.
    package var seconds: [String: [String: [Double]]] = [:]
    /// For two, three, four … tasks at the same time: how many times as long as one alone they take together. What lies
    /// beyond grows by one each: tasks together then gain nothing.
    package var batchTimes: [Double] = []
    package var slots = 1
    /// Whether tasks at the same time share one forward pass, and so must be alike.
    package var sharesBatch = false
    /// Whether tasks at the same time go through the network one after the other, the first to have come first: the others
    /// are got ready meanwhile. Without it, all of them advance alike.
    package var takesTurns = false
    /// Whether it is the very processors that requests are taken in with, as where a network runs on them: it and the
    /// server's own work then slow each other.
    package var sharesProcessors = false
    /// By how much the time of a task varies, as a share of it, evenly to both sides.
    package var jitter = 0.0
    package var load: TimeSpan = 0
    /// The first tasks after loading take longer.
    package var warmUp = WarmUp()
    package var dollarsPerHour = 0.0
    package var meanTimeBetweenFailures: TimeSpan?
    package var repair: TimeSpan = 3_600
    package var thermal: Thermal?

    package struct WarmUp: Hashable, Sendable {
        package var tasks = 0
        package var times = 1.0

        package init(tasks: Int = 0, times: Double = 1) {
            self.tasks = tasks
            self.times = times
        }
    }

    /// A device as one body with one heat capacity: it nears the temperature of its surroundings and its own power, and
    /// its clocks fall with each degree above a limit.
    package struct Thermal: Hashable, Sendable {
        package var idleWatts: Double
        package var busyWatts: Double
        /// How much warmer than its surroundings it gets for each watt.
        package var celsiusPerWatt: Double
        /// After so long, two thirds of the way to its final temperature are done.
        package var timeConstant: TimeSpan
        package var slowdownAtCelsius: Double
        /// Of its speed, what each degree above takes.
        package var slowdownPerDegree: Double
        package var leastSpeed: Double
        /// It switches itself off, and needs `coolDown` until it is back.
        package var shutdownAtCelsius: Double
        package var coolDown: TimeSpan
    }

    package init(name: String) {
        self.name = name
    }

    /// Seconds for all of `count` equal tasks at the same time, heat and chance left out.
    ///
    /// - Parameter cost: the rung's stated cost.
    package func seconds(model: String, rung: String, cost: Double, count: Int) -> Double {
        if let measured = seconds[model]?[rung], let alone = measured.first {
            if count <= measured.count { return measured[count - 1] }
            return measured[measured.count - 1] + alone * Double(count - measured.count)
        }
        guard count > 1 else { return cost * speed }
        let known = min(count - 1, batchTimes.count)
        let times = (known > 0 ? batchTimes[known - 1] : 1) + Double(count - 1 - known)
        return cost * speed * times
    }
}

extension DeviceKind: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, speed, seconds, batchTimes, slots, sharesBatch, takesTurns, sharesProcessors, jitter
        case load, warmUp, dollarsPerHour
        case meanTimeBetweenFailures, repair, thermal
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        name = try fields.required(.name)
        speed = try fields.optional(.speed) ?? speed
        seconds = try fields.optional(.seconds) ?? seconds
        batchTimes = try fields.optional(.batchTimes) ?? batchTimes
        slots = try fields.optional(.slots) ?? slots
        sharesBatch = try fields.optional(.sharesBatch) ?? sharesBatch
        takesTurns = try fields.optional(.takesTurns) ?? takesTurns
        sharesProcessors = try fields.optional(.sharesProcessors) ?? sharesProcessors
        jitter = try fields.optional(.jitter) ?? jitter
        load = try fields.optional(.load) ?? load
        warmUp = try fields.optional(.warmUp) ?? warmUp
        dollarsPerHour = try fields.optional(.dollarsPerHour) ?? dollarsPerHour
        meanTimeBetweenFailures = try fields.optional(.meanTimeBetweenFailures)
        repair = try fields.optional(.repair) ?? repair
        thermal = try fields.optional(.thermal)
        try check(fields)
    }

    private func check(_ fields: FieldReader<CodingKeys>) throws {
        guard speed >= 1e-3, speed <= 1e3 else {
            throw fields.invalid(.speed, "is \(speed)", "give a thousandth to a thousand")
        }
        guard (1...64).contains(slots) else { throw fields.invalid(.slots, "are \(slots)", "give 1 to 64") }
        guard (0..<1).contains(jitter) else { throw fields.invalid(.jitter, "is \(jitter)", "give 0 to below 1") }
        guard warmUp.tasks >= 0, warmUp.times >= 1, warmUp.times < 1_000 else {
            throw fields.invalid(.warmUp, "makes tasks shorter", "give 0 or more tasks, and times of 1 or more")
        }
        guard dollarsPerHour >= 0, dollarsPerHour.isFinite else {
            throw fields.invalid(.dollarsPerHour, "is \(dollarsPerHour)", "give 0 or more")
        }
        if let between = meanTimeBetweenFailures, between.seconds <= 0 {
            throw fields.invalid(.meanTimeBetweenFailures, "is not above 0", "leave it out for no failures")
        }
        let measured = seconds.values.flatMap(\.values)
        guard measured.allSatisfy({ !$0.isEmpty && $0.allSatisfy(DayModel.costRange.contains) }),
            batchTimes.allSatisfy({ (1e-3...1e3).contains($0) })
        else {
            throw fields.invalid(
                .seconds,
                "or batchTimes hold one out of range",
                "give a microsecond to a day, and times of a thousandth to a thousand"
            )
        }
    }
}

extension DeviceKind.WarmUp: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case tasks, times }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        tasks = try fields.required(.tasks)
        times = try fields.required(.times)
    }
}

extension DeviceKind.Thermal: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case idleWatts, busyWatts, celsiusPerWatt, timeConstant, slowdownAtCelsius, slowdownPerDegree, leastSpeed
        case shutdownAtCelsius, coolDown
    }

    package init(from decoder: any Decoder) throws {
        let fields = try FieldReader(decoder, CodingKeys.self)
        idleWatts = try fields.required(.idleWatts)
        busyWatts = try fields.required(.busyWatts)
        celsiusPerWatt = try fields.required(.celsiusPerWatt)
        timeConstant = try fields.required(.timeConstant)
        slowdownAtCelsius = try fields.required(.slowdownAtCelsius)
        slowdownPerDegree = try fields.optional(.slowdownPerDegree) ?? 0.05
        leastSpeed = try fields.optional(.leastSpeed) ?? 0.3
        shutdownAtCelsius = try fields.required(.shutdownAtCelsius)
        coolDown = try fields.optional(.coolDown) ?? 600
        guard idleWatts >= 0, busyWatts >= idleWatts, busyWatts <= 1e5, celsiusPerWatt > 0, celsiusPerWatt <= 100,
            timeConstant.seconds > 0, (0...1e4).contains(slowdownAtCelsius), (0...1e4).contains(shutdownAtCelsius),
            (0...1).contains(slowdownPerDegree), leastSpeed > 0, leastSpeed <= 1
        else {
            throw fields.invalid(
                .busyWatts,
                "or another figure is out of its range",
                "give watts from 0, busy above idle, degrees per watt and a time constant above 0, a least speed in 0...1"
            )
        }
    }
}
