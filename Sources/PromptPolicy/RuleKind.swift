/// What a rule protects. A policy says what happens to each kind.
public enum RuleKind: String, Codable, CaseIterable, Sendable {
    /// A person who is alive and known for a style.
    case livingArtist = "living-artist"
    /// A person who has died.
    case artist
    /// A studio, a publisher or a franchise: the look of many people's work under one name.
    case studio
    case character
    /// A particular picture, film or book.
    case work
    /// A word of the language that is made out of a name.
    case styleTerm = "style-term"

    /// Whether the name stands for a look (and is replaced by "in the style of …") or for a thing in the picture.
    var isLook: Bool {
        switch self {
        case .livingArtist, .artist, .studio, .styleTerm: true
        case .character, .work: false
        }
    }

    var isPerson: Bool {
        switch self {
        case .livingArtist, .artist: true
        case .studio, .character, .work, .styleTerm: false
        }
    }

    /// For sentences.
    var phrase: String {
        switch self {
        case .livingArtist: "a living artist"
        case .artist: "an artist"
        case .studio: "a studio or franchise"
        case .character: "a character"
        case .work: "a particular work"
        case .styleTerm: "a style named after its maker"
        }
    }
}
