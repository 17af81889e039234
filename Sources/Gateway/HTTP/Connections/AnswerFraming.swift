internal import NIOHTTP1

/// How an answer is put on the wire: which version, whether its body is sent, and what becomes of the connection.
struct AnswerFraming: Equatable, Sendable {
    let version: HTTPVersion
    /// False for answers to HEAD, and where the status allows none.
    let sendsBody: Bool
    /// The end of the connection is the end of the body.
    let isCloseDelimited: Bool
    let closes: Bool
    /// The value of the header `Connection`; nil: none is needed.
    let connection: String?

    /// - Parameters:
    ///   - hasLength: whether the answer says how long its body is.
    ///   - mustClose: whether the connection cannot be used again, whatever the request says.
    init(request: RequestTraits, status: HTTPResponseStatus, hasLength: Bool, mustClose: Bool) {
        sendsBody = !request.isHead && status.mayHaveResponseBody
        isCloseDelimited = request.isOld && sendsBody && !hasLength
        closes = mustClose || !request.keepsAlive || isCloseDelimited
        version = request.isOld ? .http1_0 : .http1_1
        connection = closes ? "close" : request.isOld ? "keep-alive" : nil
    }
}

/// What may be sent in the middle of an answer without changing what it says. It tells whether the client is still
/// there.
enum AnswerFiller: Hashable, Sendable {
    case none
    /// White space before JSON.
    case space
    /// A comment between two events.
    case comment

    init(contentType: String?) {
        if contentType?.hasPrefix("text/event-stream") == true {
            self = .comment
        } else if contentType?.hasPrefix("application/json") == true {
            self = .space
        } else {
            self = .none
        }
    }

    var text: String? {
        switch self {
        case .none: nil
        case .space: " "
        case .comment: ": here\n\n"
        }
    }

    /// Whether it may follow a piece of the body.
    ///
    /// - Parameter tail: the piece's last two bytes.
    func mayFollow(_ tail: some Sequence<UInt8>) -> Bool {
        switch self {
        case .none: false
        case .space: tail.allSatisfy { $0 == UInt8(ascii: " ") }
        case .comment: tail.elementsEqual("\n\n".utf8)
        }
    }
}
