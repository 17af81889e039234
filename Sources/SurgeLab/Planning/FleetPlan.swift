/// How many devices a promise needs, and what further ones buy.
package struct FleetPlan: Codable, Hashable, Sendable {
    /// A fleet that was tried.
    package struct Trial: Codable, Hashable, Sendable {
        /// Devices of the pool, at full scale.
        package var devices: Int
        package var checks: [PromiseCheck]
        package var servedShare: Double
        package var meanQuality: Double?
        package var busyShare: Double
        /// For the whole day at full scale.
        package var dollars: Double
        package var dollarsPerThousandPictures: Double?

        package var isKept: Bool { checks.allSatisfy(\.isKept) }
    }

    package var scenario: String
    package var promise: String
    package var pool: String
    package var device: String
    package var dollarsPerHour: Double
    package var seed: UInt64
    package var scale: Double
    /// Answers are exact to so many devices.
    package var resolution: Int
    /// By the number of devices.
    package var trials: [Trial]
    /// The smallest fleet that was found to keep the promise; nil: none of those that were tried.
    package var smallest: Int?
    /// What the next smaller fleet that was tried does not keep.
    package var binding: [String]
}
