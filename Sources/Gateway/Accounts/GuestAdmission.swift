internal import Foundation
internal import HTTPTypes
internal import Records
internal import Service
internal import SurgeCore
internal import Synchronization

/// Lets people in who only want a picture: an account each, so many from one address, and under load after some work.
final class GuestAdmission: Sendable {
    struct Limits: Sendable {
        /// Accounts that one address gets within an hour.
        var accountsPerHour = 20
        /// Pictures that all guests of one address get within a day.
        var picturesPerDay = 60
        /// Guests a minute that are let in without work.
        var calmPerMinute = 60
    }

    /// What the door counts, for whoever looks after the server.
    struct Counts: Sendable {
        var made = 0
        var refused = 0
        var bits = 0
    }

    private struct State: Sendable {
        var accounts: AddressLimiter
        var pictures: AddressLimiter
        var proof: ProofOfWork
        var rate = DecayingRate(halfLifeSeconds: 30)
        var counts = Counts()
    }

    /// Zero bits of the least and of the most work: about 0.05 and 3 seconds of a phone.
    private static let bits = 14...20

    private let limits: Limits
    private let state: Mutex<State>

    init(limits: Limits, secret: [UInt8]) {
        self.limits = limits
        state = Mutex(
            State(
                accounts: AddressLimiter(
                    burst: limits.accountsPerHour,
                    perSecond: Double(limits.accountsPerHour) / 3_600
                ),
                pictures: AddressLimiter(
                    burst: limits.picturesPerDay,
                    perSecond: Double(limits.picturesPerDay) / 86_400
                ),
                proof: ProofOfWork(secret: secret)
            )
        )
    }

    var counts: Counts { state.withLock(\.counts) }

    /// A challenge as hard as things stand.
    ///
    /// - Parameter isShort: whether not even the lowest quality fits.
    func challenge(for address: String, isShort: Bool, at now: Instant) -> GuestChallengeDocument {
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return state.withLock { state in
            let bits = Self.bits(
                perMinute: state.rate.perSecond(at: now) * 60,
                calm: Double(limits.calmPerMinute),
                isShort: isShort
            )
            state.counts.bits = bits
            let (text, expires) = state.proof.challenge(bits: bits, address: address, nonce: nonce, at: now)
            return GuestChallengeDocument(challenge: text, bits: bits, expires_at: expires)
        }
    }

    /// Nothing in quiet; then twice the work for twice the guests, and not little while people have to wait.
    static func bits(perMinute: Double, calm: Double, isShort: Bool) -> Int {
        let crowd = perMinute > calm ? bits.lowerBound + Int(log2(perMinute / calm).rounded(.down)) : 0
        return min(bits.upperBound, max(crowd, isShort ? bits.lowerBound + 3 : 0))
    }

    /// Lets a guest in. - Throws: ``APIError`` that says why not.
    func admit(challenge: String, proof: String, address: String, at now: Instant) throws(APIError) {
        let failure = state.withLock { state -> APIError? in
            do throws(ProofOfWork.Failure) {
                try state.proof.redeem(challenge, proof: proof, address: address, at: now)
            } catch {
                state.counts.refused += 1
                return .invalidProof(error)
            }
            if let seconds = state.accounts.take(1, from: address, at: now) {
                state.counts.refused += 1
                return .tooMany("Many accounts were made from this address lately.", retryAfter: seconds)
            }
            state.rate.add(1, at: now)
            state.counts.made += 1
            return nil
        }
        if let failure { throw failure }
    }

    /// Takes a guest's pictures from what its address may have.
    func admit(pictures count: Int, from address: String, at now: Instant) throws(APIError) {
        if let seconds = state.withLock({ $0.pictures.take(count, from: address, at: now) }) {
            throw .tooMany(
                "Guests at this address had many pictures today. Sign in with a key or a passkey, or come back later.",
                retryAfter: seconds
            )
        }
    }
}

extension GuestAdmission {
    /// Gives pictures back that were refused, or made before: a retry costs nothing.
    func giveBack(pictures count: Int, to address: String) {
        state.withLock { $0.pictures.giveBack(count, to: address) }
    }
}

/// What a page has to solve: see `Docs/API/Accounts.md`.
struct GuestChallengeDocument: Encodable, Hashable, Sendable {
    let challenge: String
    let bits: Int
    let algorithm = "sha-256"
    /// Seconds since 1970, by the clock that the challenge was made with.
    var expires_at: Int

    private enum CodingKeys: String, CodingKey { case challenge, bits, algorithm, expires_at }
}

/// Events per second of which half is forgotten in a while.
struct DecayingRate: Sendable {
    private let halfLifeSeconds: Double
    private var sum = 0.0
    private var at = Instant(microseconds: 0)

    init(halfLifeSeconds: Double) {
        self.halfLifeSeconds = halfLifeSeconds
    }

    mutating func add(_ count: Double, at now: Instant) {
        sum = decayed(at: now) + count
        at = now
    }

    func perSecond(at now: Instant) -> Double { decayed(at: now) * log(2) / halfLifeSeconds }

    private func decayed(at now: Instant) -> Double { sum * pow(0.5, max(0, now.seconds(since: at)) / halfLifeSeconds) }
}

extension APIError {
    fileprivate static func invalidProof(_ failure: ProofOfWork.Failure) -> APIError {
        let sentence =
            switch failure {
            case .ticket(.unknown): "The challenge was not made for this address."
            case .ticket(.expired): "The challenge is over."
            case .ticket(.spent): "The challenge was used before."
            case .wrong: "The proof does not solve the challenge."
            }
        return .invalid("proof", "\(sentence) Get a new one from /v1/guests/challenge.", code: "invalid_proof")
    }

    static func tooMany(_ message: String, retryAfter seconds: Double) -> APIError {
        APIError(
            status: .tooManyRequests,
            kind: .rateLimit,
            code: "rate_limit_exceeded",
            parameter: nil,
            message: message,
            headers: [.retryAfter: String(Int(max(1, min(seconds, 86_400)).rounded(.up)))]
        )
    }
}
