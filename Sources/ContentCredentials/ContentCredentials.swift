internal import CC2PA
internal import Foundation
public import Imaging

/// Gives pictures their content credentials: a signed manifest of how they came to be, as C2PA 2 specifies it
/// (<https://spec.c2pa.org/specifications/specifications/2.4/specs/C2PA_Specification.html>), written into the file by
/// the library that the Content Authenticity Initiative keeps.
public final class ContentCredentials: Sendable {
    /// Uploads' own manifests may be as large as uploads. Each picture would carry them on, and so would the next one.
    public static let largestManifest = 4 << 20

    public let identity: SigningIdentity
    /// Whether a timestamp authority is asked.
    public var hasTimestamps: Bool { timestamps != nil }
    private let context: LibraryContext
    private let timestamps: TimestampAuthority?
    private let timestampingContext: LibraryContext?

    /// Signs a picture on trial and reads it back: a certificate that readers would refuse is found here.
    ///
    /// - Parameter trusted: whose signatures on uploads count as known, beside our own. What the check of an upload's
    ///   manifest said becomes part of the picture's.
    /// - Throws: ``CredentialsError/certificate(path:_:)``, ``CredentialsError/library(operation:reason:)``.
    public init(
        identity: SigningIdentity,
        timestamps: TimestampAuthority? = nil,
        trusting trusted: TrustAnchors = TrustAnchors()
    ) throws(CredentialsError) {
        self.identity = identity
        self.timestamps = timestamps
        let settings = LibrarySettings(trust: trusted.settings(own: [identity.certificate]))
        do throws(LibraryFailure) {
            context = try LibraryContext(settings: settings, identity: identity)
            timestampingContext = try timestamps.map { authority throws(LibraryFailure) in
                try LibraryContext(
                    settings: settings,
                    identity: identity,
                    timestampAuthority: authority.address
                )
            }
        } catch {
            throw .certificate(path: identity.path, .refused(error.message))
        }
        try Self.tryOut(context, of: identity)
    }

    /// The picture with a manifest; if it had one, that is replaced.
    ///
    /// Blocks: a few milliseconds for the hash and the signature, and as long as the timestamp authority takes, if there
    /// is one. Not to be called on Swift's cooperative threads. May be called on several threads at once.
    ///
    /// - Parameter format: one of ``Imaging/ImageFormat/writable``.
    /// - Throws: ``CredentialsError/picture(reason:)``, ``CredentialsError/signing(reason:)``. A timestamp authority that
    ///   does not answer and an ingredient that cannot be read are no errors: see ``SignedPicture``.
    public func sign(
        _ picture: [UInt8],
        as format: ImageFormat,
        saying description: ManifestDescription
    ) throws(CredentialsError) -> SignedPicture {
        let plan = SigningPlan(description, isForDevelopment: identity.isForDevelopment)
        guard let timestamps, let timestampingContext, let request = timestamps.begin() else {
            return try Self.sign(picture, as: format, plan: plan, with: context, isTimestamped: false)
        }
        do throws(CredentialsError) {
            let signed = try Self.sign(
                picture,
                as: format,
                plan: plan,
                with: timestampingContext,
                isTimestamped: true
            )
            timestamps.end(request, succeeded: true)
            return signed
        } catch {
            // If it was not the authority's fault, this fails, too, and says so.
            let signed = Result { () throws(CredentialsError) in
                try Self.sign(picture, as: format, plan: plan, with: context, isTimestamped: false)
            }
            timestamps.end(request, succeeded: (try? signed.get()) == nil)
            return try signed.get()
        }
    }

    private static func sign(
        _ picture: [UInt8],
        as format: ImageFormat,
        plan: SigningPlan,
        with context: LibraryContext,
        isTimestamped: Bool
    ) throws(CredentialsError) -> SignedPicture {
        var plan = plan
        do throws(LibraryFailure) {
            let output = MemoryStream(writingAbout: picture.count + 16_384)
            let size = try write(picture, as: format, plan: &plan, with: context, to: output)
            if size <= largestManifest {
                return SignedPicture(bytes: output.bytes, isTimestamped: isTimestamped, ingredients: plan.outcomes)
            }
            plan.mentionAll(reason: "its own manifest is too large")
            let smaller = MemoryStream(writingAbout: picture.count + 16_384)
            _ = try write(picture, as: format, plan: &plan, with: context, to: smaller)
            return SignedPicture(bytes: smaller.bytes, isTimestamped: isTimestamped, ingredients: plan.outcomes)
        } catch {
            switch error.kind {
            case .io, .notSupported: throw .picture(reason: error.message)
            default: throw .signing(reason: error.message)
            }
        }
    }

    /// - Returns: the manifest's size.
    private static func write(
        _ picture: [UInt8],
        as format: ImageFormat,
        plan: inout SigningPlan,
        with context: LibraryContext,
        to output: MemoryStream
    ) throws(LibraryFailure) -> Int {
        let builder = try plan.builder(with: context)
        return try unsafe MemoryStream(reading: picture).lend { source throws(LibraryFailure) in
            try unsafe output.lend { destination throws(LibraryFailure) in
                var manifest: UnsafePointer<UInt8>?
                let size = unsafe c2pa_builder_sign_context(
                    builder.pointer,
                    format.mediaType,
                    source,
                    destination,
                    &manifest
                )
                guard size >= 0 else { throw LibraryFailure.last() }
                unsafe _ = c2pa_free(manifest)
                return Int(size)
            }
        }
    }

    private static func tryOut(_ context: LibraryContext, of identity: SigningIdentity) throws(CredentialsError) {
        let picture = Raster(size: PixelSize(width: 1, height: 1), channels: 3, bytes: [0, 0, 0])
        let description = ManifestDescription(
            title: "Trial",
            origin: .generated(),
            model: ManifestDescription.Software(name: "none"),
            generator: ManifestDescription.Software(name: "Heatsink"),
            date: Date(),
            pictureID: "trial"
        )
        do {
            let signed = try sign(
                picture.encoded(as: ImageEncoding(format: .png)),
                as: .png,
                plan: SigningPlan(description, isForDevelopment: identity.isForDevelopment),
                with: context,
                isTimestamped: false
            )
            let report = try CredentialsReader(own: [identity]).read(signed.bytes, as: .png)
            guard report.verdict == .trusted else {
                let reasons = report.findings.map(\.explanation)
                throw CredentialsError.certificate(
                    path: identity.path,
                    .refused(
                        "readers would say: \(reasons.isEmpty ? "\(report.verdict)" : reasons.joined(separator: "; "))"
                    )
                )
            }
        } catch let error as CredentialsError {
            guard case .signing(let reason) = error else { throw error }
            throw .certificate(path: identity.path, .refused(reason))
        } catch {
            throw .library(operation: "sign a picture on trial", reason: "\(error)")
        }
    }
}
