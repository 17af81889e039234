internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Asks a server how it is, for health checks in a container without curl.
enum HealthProbe {
    private static let patience = TimeAmount.seconds(4)
    private static let longestAnswer = 10_000

    /// - Returns: nil when the answer is 200; else what came instead.
    static func problem(at address: String) async -> String? {
        do {
            let answer = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: address),
                timeout: patience
            )
            guard answer.status != .ok else { return nil }
            let body = try? await answer.body.collect(upTo: longestAnswer)
            return "\(answer.status.code) \(body.map { String(buffer: $0) } ?? "")"
        } catch {
            return "\(error)"
        }
    }
}
