internal import Foundation
internal import Synchronization

/// A server that proves when a signature was made (RFC 3161), so that it outlives the certificate.
///
/// A picture does not wait for an authority that is down: a failure makes it rest for a minute, and while a request is
/// slow no further one is made. (The library itself gives up after 30 seconds.)
public final class TimestampAuthority: Sendable {
    private struct State {
        var restsUntil: ContinuousClock.Instant?
        /// When the requests that are on their way began.
        var waiting: [UInt64: ContinuousClock.Instant] = [:]
        var nextRequest: UInt64 = 0
    }

    /// One request to the authority.
    struct Request {
        fileprivate let number: UInt64
    }

    public let address: String
    private let state = Mutex(State())

    private static let rest = Duration.seconds(60)
    private static let patience = Duration.seconds(2)

    /// - Throws: ``CredentialsError/timestampAuthority(_:)``.
    public init(_ address: String) throws(CredentialsError) {
        guard let components = URLComponents(string: address), let scheme = components.scheme,
            ["http", "https"].contains(scheme.lowercased()), components.host?.isEmpty == false
        else { throw .timestampAuthority(address) }
        self.address = address
    }

    /// - Returns: nil while the authority rests.
    func begin(at now: ContinuousClock.Instant = .now) -> Request? {
        state.withLock { state in
            if let end = state.restsUntil, now < end { return nil }
            guard state.waiting.values.allSatisfy({ now - $0 < Self.patience }) else { return nil }
            state.restsUntil = nil
            defer { state.nextRequest += 1 }
            state.waiting[state.nextRequest] = now
            return Request(number: state.nextRequest)
        }
    }

    func end(_ request: Request, succeeded: Bool, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.waiting[request.number] = nil
            if !succeeded { state.restsUntil = now + Self.rest }
        }
    }
}
