/// A particular work that somebody has the rights to, and asks not to be copied here.
public struct RegisteredWork: Hashable, Codable, Sendable, Identifiable {
    /// Which pictures are compared with it.
    public enum Scope: String, Codable, CaseIterable, Sendable {
        /// What users send to be changed.
        case uploads
        /// What the service has painted.
        case outputs
    }

    public enum State: String, Codable, CaseIterable, Sendable {
        case registered
        case withdrawn
    }

    public let id: String
    public let rightHolder: String
    public let title: String
    /// What the claim rests on.
    public let evidence: String
    public let scope: Set<Scope>
    public internal(set) var state: State
    /// Seconds since 1970.
    public let registeredAt: Int64
    public internal(set) var withdrawnAt: Int64?
}
