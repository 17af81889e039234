internal import HTTPTypes

extension APIError {
    /// It is not the certificate's time, and no picture may leave unsigned.
    static let cannotSign = APIError(
        status: .serviceUnavailable,
        kind: .unavailable,
        code: "signing_unavailable",
        parameter: nil,
        message:
            "Pictures cannot be signed now, and none leaves unsigned: the server's certificate is not valid. Try later.",
        headers: [.retryAfter: "60"]
    )
}
