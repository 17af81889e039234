internal import Foundation

/// How the C2PA library is to behave; its names are in
/// <https://github.com/contentauth/c2pa-rs/blob/main/docs/settings.md>.
struct LibrarySettings: Encodable {
    struct Core: Encodable {
        /// Nothing in a file may make the server call an address. (Requests of timestamps do not come under this.)
        let allowedNetworkHosts: [String] = []
        let allowRedirects = false
        /// Manifests may be compressed: what a small file unfolds to is bounded.
        let maxDecompressedManifestSizeInMB = 8
        /// Signatures within signatures, by people; not shown, so not read.
        let decodeIdentityAssertions = false

        enum CodingKeys: String, CodingKey {
            case allowedNetworkHosts = "allowed_network_hosts"
            case allowRedirects = "allow_redirects"
            case maxDecompressedManifestSizeInMB = "max_decompressed_manifest_size_in_mb"
            case decodeIdentityAssertions = "decode_identity_assertions"
        }
    }

    struct Thumbnail: Encodable {
        /// A thumbnail of an upload would show everybody the photo that a picture was made of.
        let enabled = false
    }

    struct Builder: Encodable {
        let thumbnail = Thumbnail()
    }

    struct Verify: Encodable {
        /// ``ContentCredentials`` reads its first signature back instead of every one.
        let verifyAfterSign = false
        let ocspFetch = false
        let remoteManifestFetch = false

        enum CodingKeys: String, CodingKey {
            case verifyAfterSign = "verify_after_sign"
            case ocspFetch = "ocsp_fetch"
            case remoteManifestFetch = "remote_manifest_fetch"
        }
    }

    /// A list of whom to trust.
    struct Anchors: Encodable {
        enum Kind: String, Encodable {
            case signers = "manifest"
            case timestampAuthorities = "tsa"
        }

        /// PEM of authorities.
        var authorities = ""
        /// PEM of certificates that are trusted themselves, whoever issued them.
        var certificates: String?
        let kind: Kind

        enum CodingKeys: String, CodingKey {
            case authorities = "trust_anchors"
            case certificates = "allowed_list"
            case kind = "trust_kind"
        }
    }

    struct Trust: Encodable {
        let anchors: [Anchors]
        /// Purposes of certificates that may sign pictures, make timestamps and vouch for certificates, one a line.
        /// The library's own list lacks the second and the third.
        let purposes = [
            // emailProtection
            "1.3.6.1.5.5.7.3.4",
            // documentSigning, RFC 9336
            "1.3.6.1.5.5.7.3.36",
            // c2pa-kp-claimSigning, section "X.509 Certificates" of the C2PA specification
            "1.3.6.1.4.1.62558.2.1",
            // timeStamping
            "1.3.6.1.5.5.7.3.8",
            // OCSPSigning
            "1.3.6.1.5.5.7.3.9",
        ].joined(separator: "\n")

        enum CodingKeys: String, CodingKey {
            case anchors
            case purposes = "trust_config"
        }
    }

    let version = 1
    let core = Core()
    let builder = Builder()
    let verify = Verify()
    let trust: Trust

    func json() throws(LibraryFailure) -> String {
        do {
            return String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        } catch {
            throw LibraryFailure("\(error)")
        }
    }
}
