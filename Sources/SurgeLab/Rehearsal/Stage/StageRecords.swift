internal import SurgeCore

/// What survives the process: accounts and jobs, as the real records keep them.
struct StageRecords {
    struct Account {
        var plan: Int
        var allowance: Int?
        var granted: Int?
        var spent = 0
    }

    struct Job {
        let label: Int
        let account: Int
        let ask: Ask
        let createdAt: Int64
        let deadline: Int64?
        var end: JobEnd?
    }

    /// What is to be made durable.
    enum Change {
        case accept(Job, JobHandle)
        case settle(label: Int, JobEnd)
    }

    var plans: [Plan]
    var accounts: [Account]
    /// What operators have put off, the latest last.
    var holds: [(name: HoldName, until: Int64)] = []
    /// In the order of their acceptance.
    private(set) var order: [Int] = []
    private(set) var jobs: [Int: Job] = [:]

    var unfinished: [Job] { order.compactMap { jobs[$0] }.filter { $0.end == nil } }

    mutating func accept(_ job: Job) {
        guard jobs[job.label] == nil else { return }
        jobs[job.label] = job
        order.append(job.label)
    }

    /// - Returns: false when it had ended before, or is not known.
    mutating func settle(_ label: Int, _ end: JobEnd) -> Bool {
        guard let job = jobs[label], job.end == nil else { return false }
        jobs[label]?.end = end
        accounts[job.account].spent += end.millicredits
        return true
    }

    /// Pictures that were delivered of those that an account asked for on a day.
    func delivered(_ account: Int, onDay day: Int) -> Int {
        jobs.values.reduce(0) { sum, job in
            let isMeant = job.account == account && Instant(microseconds: job.createdAt).day == day
            return sum + (isMeant ? job.end?.pictures ?? 0 : 0)
        }
    }

    func kept(_ account: Int, onDay day: Int) -> Recovery.KeptAccount {
        Recovery.KeptAccount(
            plan: accounts[account].plan,
            dailyAllowance: accounts[account].allowance,
            deliveredToday: delivered(account, onDay: day),
            grantedMillicredits: accounts[account].granted,
            spentMillicredits: accounts[account].spent
        )
    }
}
