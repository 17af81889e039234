/// When the official client libraries send a request again (openai-python 3.54.0, `_base_client.py`).
package enum LibraryRetry {
    /// The longest wait that a server may ask for; a longer one means not to try again.
    package static let mostAskedSeconds = 120.0
    private static let firstSeconds = 0.5
    private static let mostSeconds = 8.0

    /// Where the server asks for no wait: half a second, doubled each time up to eight, less up to a quarter by chance.
    ///
    /// - Parameters:
    ///   - retriesTaken: how often it was sent again already.
    ///   - jitter: 0 to 1, of that quarter.
    package static func backoffSeconds(retriesTaken: Int, jitter: Double) -> Double {
        let doublings = min(max(0, retriesTaken), 4)
        return min(mostSeconds, firstSeconds * Double(1 << doublings)) * (1 - 0.25 * jitter)
    }
}
