internal import SurgeCore

/// A device and what it works on.
struct Device: Sendable {
    let pool: Int
    /// nil: the scheduler does not know it, or not any more.
    var worker: WorkerHandle?
    /// Whether it works at all. One that hangs does not, and nobody is told.
    var isUp = false
    /// Whether it has been asked for, and not yet sent away, where the number of devices changes.
    var isWanted = true
    var tasks: [DeviceTask] = []
    /// Up to when the progress of its tasks is written down.
    var updatedAt: Int64 = 0
    /// Tells events about what it does now from older ones.
    var version: UInt32 = 0
    /// Tells failures of this life from those of earlier ones.
    var life: UInt32 = 0
    var hasBoundary = false
    /// Speed by what happened to it, and by its heat: 1 is as it should be.
    var eventSpeed = 1.0
    var heatSpeed = 1.0
    /// And by what the server does beside it on the same processors.
    var sharedSpeed = 1.0
    var failChance = 0.0
    var liesAtOnce = false
    var celsius = 0.0
    /// Busy time since its temperature was last worked out.
    var busyMicroseconds: Int64 = 0
    var busySince: Int64 = 0
    var upSince: Int64 = 0
    var tasksSinceLoad = 0
    /// One bit a model.
    var loaded: UInt64 = 0
    var reportedThrottling = 0.0
    var lastSign: Int64 = 0
}

/// A task in a device's hands.
struct DeviceTask: Sendable {
    let lease: LeaseID
    let model: UInt8
    let rung: UInt8
    let rank: Int32
    /// Seconds of work at the speed of being alone: all of it, and what is left.
    let whole: Double
    var left: Double
    /// Passes through the network; of these, told to the scheduler.
    let steps: Int
    var stepsTold: Int
}

/// Devices that come and go with the work.
struct Scaling: Sendable {
    /// Device-seconds a second, at the speed of one device of the pool.
    var demand = 0.0
    var lastDemanded = 0
    var ordered = 0
    var calmSince: Int64?
}
