internal import Foundation

/// What the machine says of itself.
enum MachineSensors {
    private static let folder = "/sys/class/thermal"

    /// The hottest of Linux' thermal zones (https://docs.kernel.org/driver-api/thermal/sysfs-api.html); nil where there is
    /// none, as in most virtual machines.
    static var temperatureCelsius: Double? {
        let zones = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return zones.filter { $0.hasPrefix("thermal_zone") }
            .compactMap { zone in
                guard let text = try? String(contentsOfFile: "\(folder)/\(zone)/temp", encoding: .utf8),
                    let thousandths = Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
                else { return nil }
                return thousandths / 1_000
            }
            .max()
    }
}
