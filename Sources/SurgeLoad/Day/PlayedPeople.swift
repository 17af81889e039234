internal import Scenarios

/// Turns the requests of a day into requests of users: whoever asks at all becomes a user with a key of its own.
struct PlayedPeople {
    private let people: [PeopleGroup]
    private let request: DayRequest
    /// By group: the number that each person who asks has among those of its group.
    private var numbers: [[Int: Int]]
    private var simulatedRequests: [SimulatedRequest] = []
    private var speed = 1.0

    /// What the API allows in one request.
    private static let mostPictures = 10

    init(_ day: Day, request: DayRequest) {
        people = day.people
        self.request = request
        numbers = Array(repeating: [:], count: people.count)
    }

    /// Draws all requests; stops one above what a run may send, so that a large day costs no memory.
    mutating func draw(_ day: Day, speed: Double, scale: Double, seed: UInt64) throws(LoadError) {
        self.speed = speed
        var stream: RequestStream
        do throws(ScenarioError) {
            stream = RequestStream(day, seed: seed, share: scale, traces: try RequestStream.traces(of: day))
        } catch {
            throw LoadError(error)
        }
        let end = Int64(day.durationSeconds * 1_000_000)
        while stream.nextMicroseconds < end, simulatedRequests.count <= LoadLimits.requests {
            guard let simulated = stream.next() else { continue }
            simulatedRequests.append(simulated)
            if numbers[simulated.group][simulated.person] == nil {
                numbers[simulated.group][simulated.person] = numbers[simulated.group].count
            }
        }
        guard !simulatedRequests.isEmpty else {
            throw .invalid(
                field: "people",
                reason: "ask for nothing at this scale",
                remedy: "raise --scale, or give them requests"
            )
        }
    }

    var planned: [LoadSchedule.Planned] {
        var firsts: [Int] = []
        for group in numbers.indices { firsts.append((firsts.last ?? 0) + (group > 0 ? numbers[group - 1].count : 0)) }
        return simulatedRequests.enumerated().map { index, simulated in
            LoadSchedule.Planned(
                index: index,
                seconds: Double(simulated.atMicroseconds) / 1_000_000 / speed,
                user: firsts[simulated.group] + (numbers[simulated.group][simulated.person] ?? 0),
                // The few who would wait longer than any run lasts.
                patienceSeconds: min(Double(simulated.patienceMicroseconds) / 1_000_000, LoadLimits.seconds),
                pictures: simulated.pictures
            )
        }
    }

    /// Those groups in which somebody asks.
    func groups() throws(LoadError) -> [LoadGroup] {
        var counts = Array(repeating: 0, count: people.count)
        for simulated in simulatedRequests { counts[simulated.group] += 1 }
        var groups: [LoadGroup] = []
        for (index, group) in people.enumerated() where counts[index] > 0 {
            groups.append(
                try self.group(
                    group,
                    users: numbers[index].count,
                    share: Double(counts[index]) / Double(simulatedRequests.count)
                )
            )
        }
        return groups
    }

    private func group(_ group: PeopleGroup, users: Int, share: Double) throws(LoadError) -> LoadGroup {
        let field = "people.\(group.name)"
        guard group.size == 1 else {
            throw .invalid(
                field: "\(field).size",
                reason: "is \(group.size), and a live server knows itself what a picture costs",
                remedy: "leave it out"
            )
        }
        guard group.pictures.allSatisfy({ $0.count <= Self.mostPictures }) else {
            throw .invalid(
                field: "\(field).pictures",
                reason: "are more than \(Self.mostPictures) in one request",
                remedy: "ask for at most \(Self.mostPictures)"
            )
        }
        var quality: String?
        if let rung = group.rung {
            guard let word = request.qualities[rung] else {
                throw .invalid(
                    field: "\(field).rung",
                    reason: "is '\(rung)', for which the request has no word",
                    remedy: "add request.qualities: {\"\(rung)\": medium}, with what the API calls it"
                )
            }
            quality = word
        }
        let client = group.client
        var played = LoadGroup(
            name: group.name,
            plan: group.plan,
            count: users,
            shareOfRequests: share,
            patienceSeconds: min(client.patience.seconds, LoadLimits.seconds),
            timeoutSeconds: client.timeout.map { min($0.seconds, LoadLimits.seconds) },
            retries: client.retries,
            mode: client.mode == .async ? .async : .held
        )
        played.retry = client.retry == .hasty ? .hasty : .sdk
        played.pauseSeconds = client.pause.seconds
        // Whoever closes the app finds the picture later; the laboratory's people do the same.
        played.leavesJobs = client.mode == .async
        played.againChance = client.againChance > 0 ? client.againChance : nil
        played.againSeconds = client.againChance > 0 ? client.again.seconds : nil
        played.quality = quality
        played.model = request.model == nil ? group.model : nil
        return played
    }
}
