internal import Scenarios
internal import SurgeCore

/// A request from its first sending to its end.
struct OpenRequest: Sendable {
    enum Phase: UInt8, Sendable {
        case free
        /// A job of it is in the scheduler, and somebody waits for it.
        case waiting
        /// It will be sent again.
        case resting
        /// The server takes it in.
        case entering
        /// The server sends the picture off.
        case leaving
    }

    var askedAt: Int64 = 0
    /// When its owner gives up.
    var until: Int64 = 0
    var job: JobHandle?
    var fingerprint: UInt64 = 0
    var person: UInt32 = 0
    /// Grows with every use of the place, and with every sending.
    var version: UInt32 = 0
    var nextFree: Int32 = -1
    var group: UInt8 = 0
    var attempts: UInt16 = 0
    var pictures: UInt8 = 1
    var phase = Phase.free
    var hasPatienceEvent = false
    /// Painted while nobody listened: it is there when the request is sent again. −1: no.
    var answeredRung: Int16 = -1
    var answeredSpent = 0
}

extension Cell {
    /// A request comes.
    @inline(__always)
    mutating func ask(_ request: SimulatedRequest) {
        let group = request.group
        if request.isSignUp {
            metrics.groups[group].signUps += 1
            if let bin = metrics.bin(now) { metrics.signUpBins[bin] += 1 }
        }
        if request.person >= persons[group].count {
            // A little at a time: most members of a large group never ask.
            let missing = request.person + 1 - persons[group].count
            persons[group].append(contentsOf: repeatElement(Person(), count: missing))
        }
        if persons[group][request.person].asked < .max { persons[group][request.person].asked += 1 }
        metrics.groups[group].asked += 1
        let plan = setup.groups[group].plan
        if let bin = metrics.bin(now) { metrics.planBins[bin * metrics.planCount + plan].asked += 1 }
        metrics.demand[group][min(CellMetrics.demandBinCount, Int(now / metrics.demandBinMicroseconds))] += 1
        let place: Int
        if freeRequest >= 0 {
            place = Int(freeRequest)
            freeRequest = requests[place].nextFree
        } else {
            place = requests.count
            requests.append(OpenRequest())
        }
        openRequests += 1
        requests[place].askedAt = now
        requests[place].until = now + request.patienceMicroseconds
        requests[place].person = UInt32(request.person)
        requests[place].group = UInt8(group)
        requests[place].attempts = 0
        requests[place].pictures = UInt8(request.pictures)
        requests[place].hasPatienceEvent = false
        requests[place].fingerprint = 0
        requests[place].answeredRung = -1
        if setup.groups[group].timeoutMicroseconds != nil, setup.policy.findsOwnJobs {
            requests[place].fingerprint = nextFingerprint
            nextFingerprint += 1
        }
        send(place)
    }

    /// Sends a request, for the first time or again.
    mutating func send(_ place: Int) {
        let group = Int(requests[place].group)
        requests[place].attempts += 1
        requests[place].version &+= 1
        metrics.groups[group].attempts += 1
        // A queue bounded by number does not ask who it is.
        if waitingBound < .max, scheduler.waitingJobCount >= waitingBound {
            return refused(place, retryAfter: nil, reason: Refusal.Reason.allCases.count, isWorthRetrying: true)
        }
        guard setup.intakeSeconds > 0 else { return submit(place) }
        takeIn(place)
    }

    /// Asks the scheduler.
    mutating func submit(_ place: Int) {
        let group = Int(requests[place].group)
        let manner = setup.groups[group]
        let demand = Demand(
            account: account(of: Int(requests[place].person), in: group),
            model: manner.model,
            wantedRung: manner.rung,
            taskCount: Int(requests[place].pictures),
            size: manner.size,
            fingerprint: requests[place].fingerprint,
            isDetached: manner.isDetached
        )
        switch scheduler.submit(demand, at: instant) {
        case .run(let job, _):
            wait(place, for: job, group)
            scheduler.confirm(job, at: instant)
        case .queued(let job, _):
            wait(place, for: job, group)
            scheduler.confirm(job, at: instant)
            hurry(manner.rank)
        case .deferred(let job, _):
            metrics.groups[group].deferred += 1
            if let bin = metrics.bin(now) { metrics.planBins[bin * metrics.planCount + manner.plan].deferred += 1 }
            wait(place, for: job, group)
            scheduler.confirm(job, at: instant)
            hurry(manner.rank)
        case .joined(let job): wait(place, for: job, group)
        case .refused(let refusal):
            refused(
                place,
                retryAfter: refusal.retryAfterSeconds,
                reason: Refusal.Reason.allCases.firstIndex(of: refusal.reason) ?? 0,
                isWorthRetrying: refusal.reason.isWorthRetrying
            )
        }
    }

    mutating func account(of person: Int, in group: Int) -> AccountHandle {
        let plan = setup.groups[group].plan
        if setup.policy.knowsPeople {
            if let known = persons[group][person].account { return known }
            let account = scheduler.open(Scheduler.AccountProfile(plan: plan), at: instant)
            persons[group][person].account = account
            return account
        }
        if let known = planAccounts[plan] { return known }
        let account = scheduler.open(Scheduler.AccountProfile(plan: plan), at: instant)
        planAccounts[plan] = account
        return account
    }

    @inline(__always)
    private mutating func wait(_ place: Int, for job: JobHandle, _ group: Int) {
        requests[place].job = job
        requests[place].phase = .waiting
        let index = job.place
        if index >= requestOfJob.count {
            requestOfJob.append(contentsOf: repeatElement(-1, count: index + 1 - requestOfJob.count))
            groupOfJob.append(contentsOf: repeatElement(0, count: index + 1 - groupOfJob.count))
        }
        requestOfJob[index] = Int32(place)
        groupOfJob[index] = UInt8(group)
        watchPatience(place)
        if let timeout = setup.groups[group].timeoutMicroseconds, now + timeout < requests[place].until {
            queue.add(.timeout, at: now + timeout, place: place, version: requests[place].version)
        }
    }

    @inline(__always)
    mutating func watchPatience(_ place: Int) {
        guard !requests[place].hasPatienceEvent else { return }
        requests[place].hasPatienceEvent = true
        queue.add(.patience, at: requests[place].until, place: place, version: patienceVersion(place))
    }

    /// A request keeps one patience however often it is sent: the person and the moment tell it from what was here before.
    @inline(__always)
    private func patienceVersion(_ place: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: requests[place].until) ^ requests[place].person
    }

    // MARK: No

    /// A sending was refused: the client tries again, as its library does, while there is patience and hope.
    mutating func refused(_ place: Int, retryAfter: Int?, reason: Int, isWorthRetrying: Bool) {
        let group = Int(requests[place].group)
        metrics.groups[group].refusals[reason] += 1
        if let bin = metrics.bin(now) {
            metrics.planBins[bin * metrics.planCount + setup.groups[group].plan].refused += 1
        }
        // Libraries do not read reasons: they try what has a status worth retrying. People who have had their pictures of
        // today are told so, and stop.
        retry(place, after: retryAfter, or: .refused, isWorthRetrying: isWorthRetrying)
    }

    private mutating func retry(_ place: Int, after seconds: Int?, or end: CellMetrics.Unserved, isWorthRetrying: Bool)
    {
        let client = setup.groups[Int(requests[place].group)].client
        guard isWorthRetrying || client.retry == .hasty, Int(requests[place].attempts) <= client.retries else {
            return close(place, end)
        }
        let delay: Double
        switch client.retry {
        case .hasty: delay = client.pause.seconds
        case .sdk:
            let retriesTaken = Int(requests[place].attempts) - 1
            delay =
                seconds.map(Double.init)
                ?? LibraryRetry.backoffSeconds(retriesTaken: retriesTaken, jitter: random.unit())
        }
        let time = now + Int64(delay * 1_000_000)
        guard time < requests[place].until else { return close(place, end) }
        requests[place].phase = .resting
        queue.add(.retry, at: time, place: place, version: requests[place].version)
    }

    mutating func sendAgain(_ place: Int, _ version: UInt32) {
        guard requests[place].phase == .resting, requests[place].version == version else { return }
        if requests[place].answeredRung >= 0 {
            metrics.groups[Int(requests[place].group)].attempts += 1
            let rung = Int(requests[place].answeredRung)
            return answer(place, rung: rung, spentMicroseconds: requests[place].answeredSpent)
        }
        send(place)
    }

    /// The client library breaks off, and sends again.
    mutating func timeOut(_ place: Int, _ version: UInt32) {
        guard requests[place].phase == .waiting, requests[place].version == version, let job = requests[place].job
        else {
            return
        }
        // Where the same request finds its job again, what is painted meanwhile is kept for it.
        if requests[place].fingerprint == 0 { requestOfJob[job.place] = -1 }
        if !setup.groups[Int(requests[place].group)].isDetached { scheduler.detach(job, at: instant) }
        retry(place, after: nil, or: .gaveUp, isWorthRetrying: true)
    }

    mutating func losePatience(_ place: Int, _ version: UInt32) {
        guard requests[place].phase != .free, patienceVersion(place) == version, requests[place].until == now else {
            return
        }
        if requests[place].phase == .waiting, let job = requests[place].job {
            requestOfJob[job.place] = -1
            if !setup.groups[Int(requests[place].group)].isDetached { scheduler.detach(job, at: instant) }
        }
        if requests[place].phase == .entering || requests[place].phase == .leaving { leaveFront(place) }
        close(place, .gaveUp)
    }

    /// A request ends without a picture.
    private mutating func close(_ place: Int, _ end: CellMetrics.Unserved) {
        let group = Int(requests[place].group)
        metrics.groups[group].unserved[end.rawValue] += 1
        if end == .gaveUp, let bin = metrics.bin(now) {
            metrics.planBins[bin * metrics.planCount + setup.groups[group].plan].gaveUp += 1
        }
        free(place)
    }

    private mutating func free(_ place: Int) {
        if let job = requests[place].job, requestOfJob[job.place] == Int32(place) { requestOfJob[job.place] = -1 }
        requests[place].phase = .free
        requests[place].job = nil
        requests[place].version &+= 1
        requests[place].nextFree = freeRequest
        freeRequest = Int32(place)
        openRequests -= 1
    }

    // MARK: Yes

    mutating func ended(_ job: JobHandle, _ end: JobEnd) {
        let index = job.place
        guard index < requestOfJob.count, requestOfJob[index] >= 0 else { return }
        let place = Int(requestOfJob[index])
        requestOfJob[index] = -1
        let spent = Int(end.spentSeconds * 1_000_000)
        let rung = end.rung ?? setup.groups[Int(requests[place].group)].rung
        if requests[place].phase == .resting || requests[place].phase == .entering {
            guard end.reason == .completed else { return }
            (requests[place].answeredRung, requests[place].answeredSpent) = (Int16(rung), spent)
            return
        }
        switch end.reason {
        case .completed: answer(place, rung: rung, spentMicroseconds: spent)
        case .withdrawn, .cancelled, .abandoned: close(place, .gaveUp)
        case .expired: retry(place, after: nil, or: .expired, isWorthRetrying: true)
        case .failed, .quarantined: retry(place, after: nil, or: .failed, isWorthRetrying: true)
        }
    }

    mutating func deliver(_ place: Int, rung: Int, spentMicroseconds: Int) {
        let request = requests[place]
        let group = Int(request.group)
        let manner = setup.groups[group]
        let waited = now - request.askedAt + setup.handlingMicroseconds + latency()
        metrics.usefulMicroseconds += spentMicroseconds
        let person = Int(request.person)
        if persons[group][person].served < .max { persons[group][person].served += 1 }
        let pictures = Int(request.pictures)
        let quality = setup.qualityMillionths[manner.model][rung] * pictures
        metrics.groups[group].delivered += 1
        metrics.groups[group].pictures += pictures
        metrics.groups[group].qualityMillionths += quality
        metrics.groups[group].rungs[setup.firstRungs[manner.model] + rung] += pictures
        metrics.groups[group].waits.record(waited)
        if let bin = metrics.bin(now) {
            let index = bin * metrics.planCount + manner.plan
            metrics.planBins[index].delivered += 1
            metrics.planBins[index].pictures += pictures
            metrics.planBins[index].qualityMillionths += quality
            metrics.planBins[index].rungs[setup.firstRungs[manner.model] + rung] += Int32(pictures)
            metrics.planBins[index].waits.record(waited)
        }
        free(place)
        if manner.client.againChance > 0, random.unit() < manner.client.againChance {
            queue.add(
                .again,
                at: now + Int64(manner.client.again.seconds * 1_000_000),
                place: group,
                version: request.person
            )
        }
    }

    @inline(__always)
    private mutating func latency() -> Int64 {
        setup.latencies[Int(random.next() & UInt64(CellSetup.latencyCount - 1))]
    }

    /// Somebody liked the picture and wants another.
    mutating func askAgain(_ group: Int, _ person: UInt32) {
        guard now < setup.durationMicroseconds else { return }
        let patience = Int64(setup.groups[group].client.patience.seconds * 1_000_000)
        ask(
            SimulatedRequest(
                atMicroseconds: now,
                group: group,
                person: Int(person),
                isSignUp: false,
                pictures: setup.day.people[group].pictures[0].count,
                patienceMicroseconds: patience
            )
        )
    }
}
