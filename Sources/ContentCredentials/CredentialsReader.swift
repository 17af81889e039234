internal import Foundation
public import Imaging

/// Reads what files say of themselves and checks it.
///
/// Nothing in a file makes it call an address: manifests that are kept elsewhere are not fetched.
public final class CredentialsReader: Sendable {
    /// What a file says beside its pixels may unfold to so many bytes; the library reads all of it.
    static let largestMetadata = 8 << 20
    static let tooMuchMetadata =
        "what the file says beside its pixels unfolds to more than \(largestMetadata >> 20) MiB"

    private let context: LibraryContext
    /// Trusts our own certificates and nobody else's.
    private let ownContext: LibraryContext?

    /// - Parameters:
    ///   - own: whose pictures are ours.
    ///   - former: certificates that were ours before, in PEM: their pictures are, still.
    ///   - trusted: whom to trust besides.
    /// - Throws: ``CredentialsError/trustAnchors(reason:)``.
    public init(
        own: [SigningIdentity] = [],
        former: [String] = [],
        trusting trusted: TrustAnchors = TrustAnchors()
    ) throws(CredentialsError) {
        let own = own.map(\.certificate) + former
        do throws(LibraryFailure) {
            context = try LibraryContext(settings: LibrarySettings(trust: trusted.settings(own: own)))
            ownContext =
                own.isEmpty
                ? nil : try LibraryContext(settings: LibrarySettings(trust: TrustAnchors().settings(own: own)))
        } catch {
            throw .trustAnchors(reason: error.message)
        }
    }

    /// Reads a file's credentials and checks them against its bytes.
    ///
    /// Blocks for milliseconds, longer for large files. Not to be called on Swift's cooperative threads. May be called
    /// on several threads at once.
    ///
    /// - Parameter format: what the file really is, not what its name says.
    /// - Throws: ``CredentialsError/picture(reason:)`` when it is no such file. Broken credentials are no error: see
    ///   ``CredentialsReport/Verdict/invalid``.
    public func read(_ file: [UInt8], as format: ImageFormat) throws(CredentialsError) -> CredentialsReport {
        let metadata = FileMetadata(of: file, as: format)
        guard !metadata.unfolds(beyond: Self.largestMetadata) else {
            return metadata.mayHaveManifest ? .broken(Self.tooMuchMetadata) : .absent
        }
        do throws(LibraryFailure) {
            let report = try Self.report(of: file, as: format, by: context)
            return CredentialsReport(report) {
                guard let ownContext else { return false }
                return (try? Self.report(of: file, as: format, by: ownContext))?.state == .trusted
            }
        } catch {
            switch error.kind {
            case .manifestNotFound: return .absent
            case .remote: return .elsewhere
            case .io, .notSupported: throw .picture(reason: error.message)
            case .other where error.message.hasPrefix("asset could not be parsed"):
                throw .picture(reason: error.message)
            case .other, nil:
                guard !error.isUnexplained else { throw .picture(reason: "it is no \(format) file") }
                return .broken(error.message)
            }
        }
    }

    private static func report(
        of file: [UInt8],
        as format: ImageFormat,
        by context: LibraryContext
    ) throws(LibraryFailure) -> LibraryReport {
        let text = try context.report(of: file, mediaType: format.mediaType)
        do {
            return try JSONDecoder().decode(LibraryReport.self, from: Data(text.utf8))
        } catch {
            throw LibraryFailure("the report cannot be read: \(error)")
        }
    }
}
