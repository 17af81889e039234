internal import NIOCore

/// How long a connection may take for what, in seconds.
public struct ConnectionTimes: Hashable, Sendable {
    /// For a request's head, from its first byte or from the connection's beginning.
    public var headSeconds = 20.0
    /// Between two requests.
    public var idleSeconds = 75.0
    /// Without taking a byte of what waits to be sent.
    public var stallSeconds = 30.0

    public init() {}

    /// For the rest of a body that was answered early, so that the answer is not lost with it.
    var lingerSeconds = 30.0
    /// The same without a byte arriving, or once the server stops.
    var quietSeconds = 2.0
    /// For answers under way when everything else has stopped.
    var partingSeconds = 1.0
    /// Between two looks whether a client that has closed its sending half is there.
    var probeSeconds = 5.0

    /// Of a head as a whole, and of one of its lines.
    static let mostHeadBytes = 64 * 1024
    static let mostFields = 200
    /// A body that is no longer is read to its end when its request was answered early; the connection is used again.
    static let mostUnreadBytes = 64 * 1024
    /// What is still taken, and thrown away, when nobody reads what arrives: of a body that says how long it is, and
    /// beyond what any body says.
    static let mostLateBytes = 128 << 20
    static let mostEndlessBytes = 8 << 20
}

extension TimeAmount {
    static func seconds(_ seconds: Double) -> TimeAmount { .microseconds(Int64(seconds * 1_000_000)) }
}
