import NIOCore

/// Bounds how long a body may take to arrive: one that trickles in holds a connection, a file and memory for nobody.
struct UploadClock: Sendable {
    let seconds: Double

    /// Cuts the connection when `read` has not come to its end in time; `read` then fails as with any broken connection.
    func run<Value: Sendable>(_ context: GatewayContext, _ read: () async throws -> Value) async throws -> Value {
        let channel = context.channel
        let alarm = channel.eventLoop.scheduleTask(in: .microseconds(Int64(seconds * 1_000_000))) {
            channel.close(mode: .all, promise: nil)
        }
        defer { alarm.cancel() }
        return try await read()
    }
}
