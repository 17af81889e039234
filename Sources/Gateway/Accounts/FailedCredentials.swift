internal import Service
internal import SurgeCore
internal import Synchronization

/// Counts keys, sessions and passkeys that are none, by the address that they come from.
///
/// Only those are turned away: a valid key works from the same address all the same, since many people share one.
final class FailedCredentials: Sendable {
    /// A page that has not noticed that its session is over asks again every few seconds.
    private let limiter = Mutex(AddressLimiter(burst: 100, perSecond: 0.5))

    /// Counts one. - Throws: `rate_limit_exceeded` when the address has sent too many.
    func note(from address: String, at now: Instant) throws(APIError) {
        guard let seconds = limiter.withLock({ $0.take(1, from: address, at: now) }) else { return }
        throw .tooMany("Too many keys that are not valid came from this address lately.", retryAfter: seconds)
    }
}
