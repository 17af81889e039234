internal import PromptPolicy
internal import Service
internal import WorkRegistry

/// How long each text may be that is kept or screened, in characters (Unicode scalars). The one table;
/// `Docs/API/Overview.md` has it for readers.
enum TextLimit {
    // Requests for pictures.
    static let prompt = 32_000
    static let style = 4_000
    /// `user` and `safety_identifier`.
    static let endUser = 512
    /// In bytes, which are characters there.
    static let idempotencyKey = 255

    // Rights.
    static let optOutName = OptOutRegistry.longestName
    static let optOutEvidence = OptOutRegistry.longestEvidence
    static let appeal = RightsService.longestAppeal
    static let contact = RightsService.longestContact
    static let workName = WorkRegistry.longestName
    static let workEvidence = WorkRegistry.longestEvidence

    // Operators and accounts.
    static let reason = RightsService.longestReason
    static let planSetting = 64
    static let passkeyName = 64

    /// Names of models, sizes and other values that are chosen from a few.
    static let choice = 256

    /// Names of things that exist already, and answers that this server handed out: what is longer is none of them.
    static let reference = 4_096

    /// The beginning of a client's text, for an answer. A grapheme may be made of any number of Unicode scalars, so
    /// scalars are counted.
    static func excerpt(_ text: some StringProtocol, _ count: Int = 64) -> String {
        var excerpt = String.UnicodeScalarView()
        excerpt.append(contentsOf: text.unicodeScalars.prefix(count))
        return String(excerpt)
    }

    /// Whether `text` has at most so many characters. Never counts more bytes than it must.
    static func holds(_ text: String, _ limit: Int) -> Bool {
        text.utf8.count <= limit || (text.utf8.count <= 4 * limit && text.unicodeScalars.count <= limit)
    }
}
