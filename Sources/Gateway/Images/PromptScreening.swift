internal import Records
internal import Service
internal import SurgeCore
internal import Synchronization

/// Screens what is asked for, before anything is decoded or queued.
final class PromptScreening: Sendable {
    /// A prompt and a style that may be painted.
    struct Screened: Sendable {
        let prompt: String
        let style: String?
        let note: RightsNote?
    }

    private let rights: RightsService
    private let clock: any TimeSource
    /// Every refusal is written down, so one account can cause only so many.
    private let refusals = Mutex(AddressLimiter(burst: 60, perSecond: 0.5))

    init(rights: RightsService, clock: any TimeSource) {
        self.rights = rights
        self.clock = clock
    }

    /// - Throws: `moderation_blocked` with the decision's id; `rate_limit_exceeded` when an account is refused too often.
    func screen(prompt: String, style: String?, for account: Account) async throws -> Screened {
        switch rights.screen(prompt: prompt, style: style) {
        case .clear: return Screened(prompt: prompt, style: style, note: nil)
        case .noted(let prompt, let style, let note): return Screened(prompt: prompt, style: style, note: note)
        case .refused(let refusal):
            if let seconds = refusals.withLock({ $0.take(1, from: account.id.rawValue, at: clock.steady()) }) {
                throw APIError.tooMany(
                    "Too much that is not painted here was asked for lately. \(refusal.sentence)",
                    retryAfter: seconds
                )
            }
            let decision: String
            do {
                decision = try await rights.decide(refusal, for: account)
            } catch {
                throw APIError(error)
            }
            throw APIError.blocked(refusal, decision: decision)
        }
    }
}
