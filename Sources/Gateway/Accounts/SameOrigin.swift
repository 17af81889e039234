internal import HTTPTypes
internal import Hummingbird

/// Whether a request with a cookie comes from one of our own pages. Browsers send cookies along with what other sites
/// make them send, so the cookie alone proves nothing.
///
/// The rule is that of Go's `http.CrossOriginProtection` (https://pkg.go.dev/net/http#CrossOriginProtection): what the
/// browser says of the request's origin counts, `Sec-Fetch-Site` first, then `Origin`; here reading is protected as well.
enum SameOrigin {
    static func check(_ request: Request) throws(APIError) {
        let isReading = request.method == .get || request.method == .head
        if let site = request.headers[.fetchSite] {
            // "none": typed, or followed from a bookmark; nobody else's doing.
            guard site == "same-origin" || (site == "none" && isReading) else { throw crossSite }
            return
        }
        if let origin = request.headers[.origin] {
            guard let authority = request.head.authority, origin.hasSuffix("://\(authority)") else { throw crossSite }
            return
        }
        // Browsers send one of the two with everything that changes something.
        guard isReading else { throw crossSite }
    }

    /// The same for what begins a session: there is no cookie yet, and programs, which say nothing of origins, may do it.
    static func checkIfBrowser(_ request: Request) throws(APIError) {
        guard request.headers[.fetchSite] != nil || request.headers[.origin] != nil else { return }
        try check(request)
    }

    private static let crossSite = APIError(
        status: .forbidden,
        kind: .invalidRequest,
        code: "cross_site_request",
        parameter: nil,
        message:
            "This comes from another site, and a session works only from this server's own pages. Programs use a key."
    )
}
