internal import SurgeCore

/// How often something may be done from one address: a burst, filled again at a steady pace. A plain value, of bounded size.
struct AddressLimiter: Sendable {
    private static let limit = 100_000
    /// Addresses beyond the limit share one account. It is reached only when so many are far from full.
    private static let crowd = ""

    let burst: Double
    let perSecond: Double
    /// By address: when its burst will be full again, in microseconds (the "theoretical arrival time" of the generic cell
    /// rate algorithm, ITU-T I.371).
    private var fullAt: [String: Int64] = [:]

    init(burst: Int, perSecond: Double) {
        self.burst = Double(burst)
        self.perSecond = perSecond
    }

    /// Takes `count` from an address' burst.
    ///
    /// - Returns: nil when they were there; else after how many seconds they will be.
    mutating func take(_ count: Int, from address: String, at now: Instant) -> Double? {
        let microseconds = 1_000_000 / perSecond
        let place = place(of: address, now)
        let start = max(now.microseconds, fullAt[place] ?? 0)
        let end = start + Int64(Double(count) * microseconds)
        let latest = now.microseconds + Int64(burst * microseconds)
        guard end <= latest else { return Double(end - latest) / 1_000_000 }
        fullAt[place] = end
        return nil
    }

    /// Gives back what was taken and came to nothing.
    mutating func giveBack(_ count: Int, to address: String) {
        guard let full = fullAt[address] else { return }
        fullAt[address] = full - Int64(Double(count) * 1_000_000 / perSecond)
    }

    private mutating func place(of address: String, _ now: Instant) -> String {
        guard fullAt[address] == nil, fullAt.count >= Self.limit else { return address }
        fullAt = fullAt.filter { $0.value > now.microseconds }
        return fullAt.count >= Self.limit ? Self.crowd : address
    }
}
