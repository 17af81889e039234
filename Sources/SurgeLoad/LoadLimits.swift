/// What one run may do at most, so that a slip of the pen is no attack.
public enum LoadLimits {
    /// Requests in one run.
    public static let requests = 100_000
    /// Seconds that one run may last.
    public static let seconds: Double = 3_600
    /// Users in one group.
    public static let users = 100_000
    /// Bytes of one answer.
    static let answerBytes = 256 << 20
    /// How long the server may take to work off its backlog before the tool stops looking, in seconds.
    static let backlogSeconds: Double = 300
}
