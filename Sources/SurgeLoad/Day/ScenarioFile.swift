internal import Foundation
package import Scenarios

/// A file that a load can be played from.
package enum ScenarioFile: Sendable {
    /// It has `users` and a `request`.
    case load(LoadScenario)
    /// It has `people` and a `fleet`; the laboratory plays it, too.
    case day(Day)

    /// Which fields a file has tells what it is.
    private struct Outline: Decodable {
        let isLoad: Bool
        let isDay: Bool

        private enum CodingKeys: String, CodingKey { case users, request, people, fleet }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            isLoad = container.contains(.users)
            isDay = container.contains(.people) || container.contains(.fleet)
        }
    }

    /// - Parameter reference: a file, or the name of a day that comes with Heatsink.
    package init(reference: String) throws(LoadError) {
        guard ShippedDays.text(reference) != nil else {
            try self.init(file: reference)
            return
        }
        do {
            self = .day(try Day(reference: reference))
        } catch {
            throw LoadError(error)
        }
    }

    package init(file path: String) throws(LoadError) {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .unreadable(file: path, reason: error.localizedDescription)
        }
        do throws(ScenarioError) {
            let outline = try ScenarioText.decode(Outline.self, from: text)
            guard !(outline.isLoad && outline.isDay) else {
                throw .invalid(
                    field: "users",
                    reason: "stand beside people or fleet",
                    remedy: "write a load (users and request) or a day (people and fleet), not both in one file"
                )
            }
            guard !outline.isDay else {
                self = .day(try Day(file: path))
                return
            }
        } catch {
            throw LoadError(error)
        }
        self = .load(try LoadScenario(file: path))
    }
}
