/// Who has received how much while others waited: promise 3, from what was handed out and nothing else.
///
/// Every now and then it notes for a lane what each account that waits has received. Those that have waited ever since
/// may then not differ in what they received after by more than twice the dearest batch.
struct FairnessLedger {
    private struct Account {
        var served = 0.0
        var waiting = 0
        /// It was given something back, or was kept for another worker than the one that failed it: it may catch up.
        var hasClaim = false
        /// What it had received at the last note; nil when it has not waited all the time since.
        var noted: Double?
    }

    /// One that has nothing, and what the others had when it came.
    private struct Newcomer {
        let account: Int
        let others: [Double]
    }

    private struct Lane {
        var accounts: [Account] = []
        var dearest = 0.0
        var events = 0
        var newcomer: Newcomer?
    }

    private static let interval = 48

    private var lanes: [Lane]
    /// Tasks that go out at once at the most, where they have to be alike.
    var batch = 1.0
    private(set) var problem: String?

    init(laneCount: Int) {
        lanes = Array(repeating: Lane(), count: laneCount)
    }

    func waiting(_ lane: Int) -> Int { lanes[lane].accounts.reduce(0) { $0 + $1.waiting } }

    /// How many accounts wait in a lane.
    func waitingAccounts(_ lane: Int) -> Int { lanes[lane].accounts.count { $0.waiting > 0 } }

    mutating func wait(_ lane: Int, _ account: Int, by count: Int) {
        while lanes[lane].accounts.count <= account { lanes[lane].accounts.append(Account()) }
        let before = lanes[lane].accounts[account].waiting
        lanes[lane].accounts[account].waiting += count
        if lanes[lane].accounts[account].waiting == 0 {
            leave(lane, account)
            lanes[lane].accounts[account].hasClaim = false
        }
        let isNew = before == 0 && lanes[lane].accounts[account].served == 0 && !lanes[lane].accounts[account].hasClaim
        if isNew, lanes[lane].newcomer == nil {
            lanes[lane].newcomer = Newcomer(account: account, others: lanes[lane].accounts.map(\.served))
        }
    }

    mutating func serve(_ lane: Int, _ account: Int, _ charge: Double) {
        guard account < lanes[lane].accounts.count else { return }
        lanes[lane].accounts[account].served += charge
        lanes[lane].dearest = max(lanes[lane].dearest, charge)
        if lanes[lane].newcomer?.account == account { lanes[lane].newcomer = nil }
        let hasClaim = lanes[lane].accounts[account].hasClaim
        if let newcomer = lanes[lane].newcomer, account < newcomer.others.count, !hasClaim {
            let more = lanes[lane].accounts[account].served - newcomer.others[account]
            if more > bound(lane) {
                problem = "account \(newcomer.account) has nothing yet, and \(account) \(more) s since it came"
            }
        }
        lanes[lane].events += 1
        if lanes[lane].events % Self.interval == 0 { compare(lane) }
    }

    /// It did not get what it was given: its claim is larger than those of others for a while.
    mutating func giveBack(_ lane: Int, _ account: Int, _ charge: Double) {
        guard account < lanes[lane].accounts.count else { return }
        lanes[lane].accounts[account].served -= charge
        lanes[lane].accounts[account].hasClaim = true
        leave(lane, account)
    }

    /// Weights, workers or rules have changed: what was noted says nothing any more.
    mutating func forget() {
        for lane in lanes.indices {
            for account in lanes[lane].accounts.indices { lanes[lane].accounts[account].noted = nil }
            lanes[lane].newcomer = nil
        }
    }

    /// Another account has this place now.
    mutating func reopened(_ account: Int) {
        for lane in lanes.indices where account < lanes[lane].accounts.count {
            lanes[lane].accounts[account] = Account()
            leave(lane, account)
        }
    }

    mutating func forgetNewcomers() {
        for lane in lanes.indices { lanes[lane].newcomer = nil }
    }

    private func bound(_ lane: Int) -> Double { 2 * batch * lanes[lane].dearest * 1.000_001 }

    private mutating func leave(_ lane: Int, _ account: Int) {
        lanes[lane].accounts[account].noted = nil
        if lanes[lane].newcomer?.account == account { lanes[lane].newcomer = nil }
    }

    private mutating func compare(_ lane: Int) {
        var least = Double.infinity
        var most = -Double.infinity
        for account in lanes[lane].accounts.indices {
            guard let noted = lanes[lane].accounts[account].noted else { continue }
            least = min(least, lanes[lane].accounts[account].served - noted)
            most = max(most, lanes[lane].accounts[account].served - noted)
        }
        if most - least > bound(lane) {
            problem = "accounts that waited all the time differ by \(most - least) s, twice a batch is \(bound(lane)) s"
        }
        guard lanes[lane].events % (Self.interval * 4) == 0 else { return }
        for account in lanes[lane].accounts.indices
        where lanes[lane].accounts[account].waiting > 0 && !lanes[lane].accounts[account].hasClaim {
            lanes[lane].accounts[account].noted = lanes[lane].accounts[account].served
        }
    }
}
