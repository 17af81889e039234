/// How fast this device is beside the reference device, learned from tasks that ended.
///
/// An exponentially weighted mean of measured ÷ expected time, and of its absolute deviation; both are ratios, so
/// rungs of any cost teach the same number.
struct SpeedMeter: Hashable, Sendable {
    /// Weight of the newest measurement: about the last 20 tasks count.
    private static let weight = 0.1
    /// What is assumed of the deviation before anything was measured, and its least value: no clock is perfect.
    private static let initialDeviation = 0.5
    private static let leastDeviation = 0.1

    private(set) var secondsForDeviceSecond = 1.0
    private var deviation = SpeedMeter.initialDeviation
    private var hasMeasured = false

    /// The typical distance of a measured time from the expected one, as a share of it.
    var relativeDeviation: Double { max(Self.leastDeviation, min(0.9, deviation)) }

    mutating func record(expectedDeviceSeconds: Double, measuredSeconds: Double) {
        guard expectedDeviceSeconds > 0, measuredSeconds >= 0 else { return }
        let ratio = measuredSeconds / expectedDeviceSeconds
        guard hasMeasured else {
            secondsForDeviceSecond = ratio
            hasMeasured = true
            return
        }
        let surprise = abs(ratio - secondsForDeviceSecond) / max(secondsForDeviceSecond, .leastNormalMagnitude)
        deviation += Self.weight * (surprise - deviation)
        secondsForDeviceSecond += Self.weight * (ratio - secondsForDeviceSecond)
    }
}
