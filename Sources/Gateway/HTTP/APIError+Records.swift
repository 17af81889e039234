internal import HTTPTypes
internal import Records
internal import Service

extension APIError {
    /// Nothing can be written down, or read, for the moment: a lock, a full disk, a fault of the disk.
    static let recordsUnavailable = APIError(
        status: .serviceUnavailable,
        kind: .unavailable,
        code: "server_is_overloaded",
        parameter: nil,
        message: "The server cannot keep anything new for the moment. What was accepted is kept: send the same request "
            + "again in \(Unavailability.retrySeconds) s.",
        headers: [.retryAfter: String(Unavailability.retrySeconds)]
    )

    /// What the records say, by its kind: what may pass is no fault of ours that a client could not wait for.
    init(_ error: RecordsError) {
        self = error.mayPass ? .recordsUnavailable : .ourFault
    }
}
