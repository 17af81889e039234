internal import FoundationEssentials

/// The days that come with Heatsink.
package enum ShippedDays {
    /// By name, in the order in which they are listed.
    private static let days: [(name: String, bytes: [UInt8])] = [
        ("quiet-day", PackageResources.quiet_day_yaml),
        ("launch-hour", PackageResources.launch_hour_yaml),
        ("ghibli-week", PackageResources.ghibli_week_yaml),
        ("retry-storm", PackageResources.retry_storm_yaml),
        ("one-whale", PackageResources.one_whale_yaml),
        ("bot-flood", PackageResources.bot_flood_yaml),
        ("half-the-fleet-dies", PackageResources.half_the_fleet_dies_yaml),
        ("heatwave", PackageResources.heatwave_yaml),
        ("bad-deploy", PackageResources.bad_deploy_yaml),
    ]

    package static var names: [String] { days.map(\.name) }

    /// A day's file.
    package static func text(_ name: String) -> String? {
        days.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}

extension Day {
    /// - Parameter reference: the name of a day that comes with Heatsink, or a file.
    package init(reference: String) throws(ScenarioError) {
        if let text = ShippedDays.text(reference) {
            try self.init(yaml: text)
            return
        }
        guard reference.contains("/") || reference.contains(".") else {
            throw .invalid(
                field: "scenario",
                reason: "'\(reference)' is no file and no day that comes with Heatsink",
                remedy: "give a YAML file, or one of \(ShippedDays.names.joined(separator: ", "))"
            )
        }
        try self.init(file: reference)
    }
}
