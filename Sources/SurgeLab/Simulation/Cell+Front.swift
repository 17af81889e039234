internal import Scenarios
internal import SurgeCore

/// The server's own work. All that is to be done shares the processors evenly: an item is the work of one of them, and a
/// device that shares them keeps all of them busy while it has tasks.
extension Cell {
    /// A request has come. Those who would be turned away whatever they ask for are not taken in.
    mutating func takeIn(_ place: Int) {
        let group = Int(requests[place].group)
        let manner = setup.groups[group]
        let account = account(of: Int(requests[place].person), in: group)
        // A client that comes back for its own job is always let in.
        let isKnown = scheduler.standing(of: account, at: instant)?.absentJobs != 0
        if !isKnown,
            let refusal = scheduler.refusal(
                for: account,
                model: manner.model,
                isDetached: manner.isDetached,
                at: instant
            )
        {
            scheduler.noteRefusal(refusal, for: account, model: manner.model)
            return refused(
                place,
                retryAfter: refusal.retryAfterSeconds,
                reason: Refusal.Reason.allCases.firstIndex(of: refusal.reason) ?? 0,
                isWorthRetrying: refusal.reason.isWorthRetrying
            )
        }
        requests[place].phase = .entering
        watchPatience(place)
        add(Front.Item(place: Int32(place), left: setup.intakeSeconds, answer: nil))
    }

    /// A request's pictures are painted: they are sent off, which may take its time.
    mutating func answer(_ place: Int, rung: Int, spentMicroseconds: Int) {
        guard setup.answerSeconds > 0 else { return deliver(place, rung: rung, spentMicroseconds: spentMicroseconds) }
        requests[place].phase = .leaving
        requests[place].job = nil
        let seconds = setup.answerSeconds * Double(requests[place].pictures)
        let answer = Front.Answer(rung: rung, spentMicroseconds: spentMicroseconds)
        add(Front.Item(place: Int32(place), left: seconds, answer: answer))
    }

    /// Whoever waited for it has gone.
    mutating func leaveFront(_ place: Int) {
        advanceFront()
        front.items.removeAll { Int($0.place) == place }
        front.hasChanged = true
    }

    private mutating func add(_ item: Front.Item) {
        advanceFront()
        front.items.append(item)
        front.hasChanged = true
    }

    mutating func frontDue(_ version: UInt32) {
        guard front.version == version else { return }
        advanceFront()
        front.hasChanged = true
        let done = front.items.filter { $0.left < 1e-9 }
        front.items.removeAll { $0.left < 1e-9 }
        for item in done {
            let place = Int(item.place)
            if let answer = item.answer {
                deliver(place, rung: answer.rung, spentMicroseconds: answer.spentMicroseconds)
            } else if requests[place].answeredRung >= 0 {
                // It came again, and its picture was done meanwhile.
                let rung = Int(requests[place].answeredRung)
                self.answer(place, rung: rung, spentMicroseconds: requests[place].answeredSpent)
            } else {
                submit(place)
            }
        }
    }

    private mutating func advanceFront() {
        let elapsed = Double(now - front.updatedAt) / 1_000_000
        front.updatedAt = now
        guard elapsed > 0 else { return }
        for item in front.items.indices { front.items[item].left -= elapsed * front.speed }
    }

    /// Shares the processors anew when there is more or less to do than before, and puts down when the next item is done.
    mutating func balance() {
        let isBesideDevices = devices.contains { device in
            device.isUp && !device.tasks.isEmpty && setup.pools[device.pool].kind.sharesProcessors
        }
        guard front.hasChanged || isBesideDevices != front.isBesideDevices else { return }
        advanceFront()
        front.hasChanged = false
        front.isBesideDevices = isBesideDevices
        let count = Double(front.items.count)
        let processors = setup.processors ?? .infinity
        // Every thread gets the same part of the processors, but never more than one.
        let threads = count + (isBesideDevices ? processors : 0)
        let part = processors.isFinite && threads > processors ? processors / threads : 1
        front.speed = part
        for index in devices.indices where setup.pools[devices[index].pool].kind.sharesProcessors {
            guard devices[index].sharedSpeed != part else { continue }
            if devices[index].isUp { advance(index) }
            devices[index].sharedSpeed = part
            guard devices[index].isUp else { continue }
            let isToStop = devices[index].hasBoundary
            plan(index)
            if isToStop { askForBoundary(index) }
        }
        front.version &+= 1
        guard let least = front.items.map(\.left).min() else { return }
        let time = now + Int64((max(0, least) / part * 1_000_000).rounded(.up))
        queue.add(.front, at: time, version: front.version)
    }
}
