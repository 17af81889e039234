internal import HTTPTypes

/// What pages and pictures may do in a browser.
enum PageHeaders {
    /// Only what this server serves, no script or style inside of pages, no other site around them; and scripts have no
    /// way to turn text into HTML (https://www.w3.org/TR/CSP3/, https://www.w3.org/TR/trusted-types/).
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "connect-src 'self'",
        "worker-src 'self'", "manifest-src 'self'", "font-src 'self'", "form-action 'self'", "base-uri 'none'",
        "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types heatsink",
    ].joined(separator: "; ")

    static func protectPage(_ headers: inout HTTPFields) {
        headers[.contentSecurityPolicy] = contentSecurityPolicy
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        headers[.openerPolicy] = "same-origin"
        headers[.resourcePolicy] = "same-origin"
        headers[.permissionsPolicy] = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
    }

    /// What pages are made of. Rules for documents mean nothing here and would be sent dozens of times; a worker is a
    /// document of its own.
    static func protectAsset(_ headers: inout HTTPFields, isWorker: Bool) {
        if isWorker { headers[.contentSecurityPolicy] = contentSecurityPolicy }
        headers[.xContentTypeOptions] = "nosniff"
        headers[.resourcePolicy] = "same-origin"
    }

    /// A picture is a picture, whatever somebody has hidden in it.
    static func protectPicture(_ headers: inout HTTPFields) {
        headers[.xContentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
    }
}

extension HTTPField.Name {
    static let referrerPolicy = known("referrer-policy")
    static let openerPolicy = known("cross-origin-opener-policy")
    static let resourcePolicy = known("cross-origin-resource-policy")
    static let permissionsPolicy = known("permissions-policy")
    static let serviceWorkerAllowed = known("service-worker-allowed")
}
