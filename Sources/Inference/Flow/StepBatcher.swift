/// Shares out pictures among passes through the networks: those of one network and one latent shape go together,
/// whatever their steps, prompts, seeds and rungs.
///
/// A plain value: what wants to be stepped in, passes out. As few passes as the limit allows, all about equally full.
struct StepBatcher: Sendable {
    /// What can share a pass.
    struct Key: Hashable, Sendable {
        let network: FlowDescription.Network
        let shape: LatentShape
    }

    /// A picture's request.
    struct Request: Sendable {
        let key: Key
        /// 2 with guidance.
        let rows: Int
    }

    struct Pass: Hashable, Sendable {
        let key: Key
        /// Places among the requests.
        let members: [Int]
    }

    /// Working memory that one pass may take.
    let limitBytes: Int
    let bytesPerValue: [FlowDescription.Network: Int]

    /// Rows that one pass may have: at least one picture's.
    func rowLimit(_ key: Key) -> Int {
        let bytes = max(1, key.shape.count) * max(1, bytesPerValue[key.network] ?? 1)
        return max(2, limitBytes / bytes)
    }

    func passes(_ requests: [Request]) -> [Pass] {
        var order: [Key] = []
        var members: [Key: [Int]] = [:]
        for (place, request) in requests.enumerated() {
            if members[request.key] == nil { order.append(request.key) }
            members[request.key, default: []].append(place)
        }
        return order.flatMap { key in
            split(members[key] ?? [], requests, limit: rowLimit(key)).map { Pass(key: key, members: $0) }
        }
    }

    private func split(_ members: [Int], _ requests: [Request], limit: Int) -> [[Int]] {
        let all = members.reduce(0) { $0 + requests[$1].rows }
        let target = all.dividedUp(by: all.dividedUp(by: limit))
        var passes: [[Int]] = []
        var current: [Int] = []
        var rows = 0
        for member in members {
            let more = requests[member].rows
            if !current.isEmpty, rows >= target || rows + more > limit {
                passes.append(current)
                current = []
                rows = 0
            }
            current.append(member)
            rows += more
        }
        if !current.isEmpty { passes.append(current) }
        return passes
    }
}

extension Int {
    func dividedUp(by divisor: Int) -> Int { divisor > 0 ? (self + divisor - 1) / divisor : 0 }
}
