/// The generic cell rate algorithm in its virtual-scheduling form (ITU-T I.371, annex A): one number an account.
///
/// The number is the theoretical arrival time, in microseconds: when the next picture would be due if they came evenly.
enum RateLimit {
    /// What is said to a demand for `count` pictures.
    enum Answer: Hashable, Sendable {
        /// The account's number, if the demand is taken.
        case conforms(theoreticalArrival: Int64)
        case exceeds(retryAfterMicroseconds: Int64)
    }

    /// - Parameters:
    ///   - picturesPerSecond: the long-run rate, above 0.
    ///   - burst: how many pictures may come at once. A demand for more than that passes when the account is fresh.
    static func check(
        theoreticalArrival: Int64,
        now: Int64,
        count: Int,
        picturesPerSecond: Double,
        burst: Int
    ) -> Answer {
        let interval = interval(picturesPerSecond)
        let (tolerance, overflows) = interval.multipliedReportingOverflow(by: Int64(max(0, burst - min(count, burst))))
        let start = max(theoreticalArrival, now)
        if !overflows, start - now > tolerance { return .exceeds(retryAfterMicroseconds: start - now - tolerance) }
        let (increase, isHuge) = interval.multipliedReportingOverflow(by: Int64(count))
        let (arrival, isBeyondTime) = start.addingReportingOverflow(isHuge ? .max : increase)
        return .conforms(theoreticalArrival: isBeyondTime ? .max : arrival)
    }

    /// How many pictures would be taken now.
    static func remaining(theoreticalArrival: Int64, now: Int64, picturesPerSecond: Double, burst: Int) -> Int {
        let interval = interval(picturesPerSecond)
        let ahead = max(0, theoreticalArrival - now)
        return max(0, burst - Int(ahead / interval) - (ahead % interval == 0 ? 0 : 1))
    }

    /// Microseconds between two pictures at the long-run rate. Bounded, so that sums with it stay within time.
    static func interval(_ picturesPerSecond: Double) -> Int64 {
        Int64(min(1e15, max(1, (1_000_000 / picturesPerSecond).rounded(.up))))
    }
}
