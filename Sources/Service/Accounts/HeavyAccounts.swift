internal import Foundation
internal import Records
internal import SurgeCore

/// Who has had most of the machine lately: device-seconds by account, of which half is forgotten every ten minutes.
struct HeavyAccounts: Sendable {
    private static let halfLifeSeconds = 600.0
    /// When there are more, the lightest half is forgotten.
    private static let limit = 4_096

    private struct Share: Sendable {
        var seconds: Double
        var at: Instant

        func seconds(at now: Instant) -> Double {
            seconds * pow(0.5, max(0, now.seconds(since: at)) / HeavyAccounts.halfLifeSeconds)
        }
    }

    private var shares: [AccountID: Share] = [:]

    mutating func note(_ seconds: Double, of account: AccountID, at now: Instant) {
        guard seconds > 0 else { return }
        shares[account] = Share(seconds: (shares[account]?.seconds(at: now) ?? 0) + seconds, at: now)
        guard shares.count > Self.limit else { return }
        let kept = shares.sorted { $0.value.seconds(at: now) > $1.value.seconds(at: now) }.prefix(Self.limit / 2)
        shares = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }

    mutating func forget(_ account: AccountID) { shares[account] = nil }

    /// The heaviest, with their share of all.
    func heaviest(_ count: Int, at now: Instant) -> [(account: AccountID, seconds: Double, share: Double)] {
        let all = shares.map { ($0.key, $0.value.seconds(at: now)) }
        let sum = max(all.reduce(0) { $0 + $1.1 }, .leastNormalMagnitude)
        return all.sorted { $0.1 > $1.1 }.prefix(count).map { ($0.0, $0.1, $0.1 / sum) }
    }
}
