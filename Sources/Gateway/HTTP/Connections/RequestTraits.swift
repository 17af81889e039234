internal import HTTPTypes
internal import NIOHTTP1

/// What a request's head says of its connection and of the form of its answer.
struct RequestTraits: Hashable, Sendable {
    let isHead: Bool
    /// HTTP/1.0: its client does not know chunks, nor answers of the kind 1xx.
    let isOld: Bool
    let keepsAlive: Bool
    /// The client sends its body only once it is told to (RFC 9110, section 10.1.1).
    let expectsContinue: Bool
    /// The body's length in bytes; nil: it comes in chunks.
    let bodyLength: Int?
    /// What follows on its connection is no HTTP, or is not read as such: the request asks for another protocol, and
    /// the decoder stops behind it whether it gets one or not.
    let isLast: Bool

    init(_ head: HTTPRequestHead) {
        isHead = head.method == .HEAD
        isOld = Self.isOld(head)
        isLast = head.method == .CONNECT || head.headers.contains(name: "upgrade")
        keepsAlive = head.isKeepAlive && !isLast
        expectsContinue =
            !isOld && head.headers["expect"].contains { $0.lowercased() == "100-continue" }
        let isChunked = head.headers.contains(name: "transfer-encoding")
        bodyLength = isChunked ? nil : head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    }

    private static func isOld(_ head: HTTPRequestHead) -> Bool { head.version.major == 1 && head.version.minor == 0 }

    /// Why a head that is well-formed is not acceptable all the same; nil: it is.
    static func problem(of head: HTTPRequestHead) -> APIError? {
        let hosts = head.headers["host"]
        if !isOld(head), hosts.isEmpty {
            return .malformed("A request in HTTP/1.1 needs a 'Host' header.")
        }
        // RFC 9112, section 3.2.
        guard hosts.count <= 1 else { return .malformed("The request has more than one 'Host' header.") }
        guard hosts.allSatisfy(isHost) else { return .malformed("The 'Host' header is not a host and a port.") }
        let codings = head.headers["transfer-encoding"]
        if !codings.isEmpty {
            // RFC 9112, sections 6.1 and 6.3: where these two contradict each other, requests are smuggled.
            guard !isOld(head), !head.headers.contains(name: "content-length") else {
                return .malformed("'Transfer-Encoding' does not go with 'Content-Length', nor with HTTP/1.0.")
            }
            guard codings.count == 1, codings[0].lowercased() == "chunked" else {
                return .malformed("The only 'Transfer-Encoding' that is accepted is 'chunked'.")
            }
        }
        if head.method == .CONNECT { return .connectRefused }
        return nil
    }

    /// Whether a text is a host, with or without a port (RFC 3986, section 3.2). An empty one is allowed.
    static func isHost(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inside = rest[(rest.startIndex + 1)..<end]
            guard !inside.isEmpty, inside.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: ":") }) else {
                return false
            }
            rest = rest[(end + 1)...]
        } else {
            let name = rest.prefix { $0 != UInt8(ascii: ":") }
            guard name.allSatisfy(isNameByte) else { return false }
            rest = rest[name.endIndex...]
        }
        guard rest.first == UInt8(ascii: ":") else { return rest.isEmpty }
        let port = rest.dropFirst()
        guard port.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return false }
        return port.isEmpty || (Int(String(decoding: port, as: UTF8.self)).map { $0 <= 65_535 } ?? false)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+;=%".utf8.contains(byte)
        }
    }
}

extension APIError {
    /// A request that breaks the rules of HTTP. Where the next one would begin is not known, so its connection ends.
    static func malformed(_ message: String, status: HTTPResponse.Status = .badRequest) -> APIError {
        APIError(
            status: status,
            kind: .invalidRequest,
            code: "invalid_request",
            parameter: nil,
            message: message,
            headers: [.connection: "close"]
        )
    }

    static let connectRefused: APIError = {
        var error = malformed("'CONNECT' is for proxies, and this server is none.", status: .methodNotAllowed)
        error.headers[.allow] = "GET, HEAD, POST, DELETE"
        return error
    }()

    static let headTooLarge = malformed(
        "The request's head is larger than \(ConnectionTimes.mostHeadBytes / 1024) KB, the most that is accepted.",
        status: .requestHeaderFieldsTooLarge
    )

    static let headTooSlow = malformed("The request's head did not arrive in time.", status: .requestTimeout)
}
