internal import Foundation
public import Imaging
internal import Logging
public import Records
public import Rights
internal import Synchronization

/// Where a file comes from, as far as it can be told.
public struct Verification: Hashable, Sendable {
    public let digest: String
    public let header: ImageHeader
    /// What the file says of itself; nil when credentials are switched off.
    public let credentials: CredentialsReport?
    /// The watermark's id; nil: none was found, or none is looked for.
    public let mark: UInt64?
    /// Our note of this very file.
    public let made: MadeRecord?
    /// Our note of the picture that the watermark belongs to.
    public let marked: MadeRecord?
    /// The decision by which the file, or the picture that it is a copy of, was taken down.
    public let takedown: String?

    /// Whether it comes from here, by any of the three signs.
    public var isMadeHere: Bool { made != nil || marked != nil || credentials?.isOwn == true }

    /// Whether it was changed after it left; nil: it does not come from here.
    public var isAltered: Bool? {
        guard isMadeHere else { return nil }
        return made == nil && credentials?.isOwn != true
    }

    /// The best note of it that there is.
    public var record: MadeRecord? { made ?? marked }
}

extension RightsOffice {
    /// Pixels on the longer side that a watermark is looked for in; larger pictures are made smaller first.
    private static let verifiedSide = 4_096

    /// - Throws: ``RightsError/invalid(field:problem:)`` when the file is no picture that can be read.
    public func verify(path: String, digest: String, _ blocking: BlockingWork) async throws(RightsError) -> Verification
    {
        let read = try await blocking.run { [self] () throws(RightsError) in try self.read(path) }
        do {
            let marked: MadeRecord?
            if let mark = read.mark { marked = try await store.made(mark: mark).first } else { marked = nil }
            let made = try await store.made(digest)
            return Verification(
                digest: digest,
                header: read.header,
                credentials: read.credentials,
                mark: read.mark,
                made: made,
                marked: marked,
                takedown: takedown(of: digest) ?? marked.flatMap { takedown(of: $0.digest) }
            )
        } catch {
            throw RightsError(error)
        }
    }

    private struct Read: Sendable {
        let header: ImageHeader
        let credentials: CredentialsReport?
        let mark: UInt64?
    }

    private func read(_ path: String) throws(RightsError) -> Read {
        let header: ImageHeader
        let picture: Raster
        do {
            header = try decoder.header(of: .file(path))
            picture = try decoder.decode(.file(path), fitting: Self.verifiedSide)
        } catch {
            throw .invalid(field: "", problem: "this is no picture that can be read: \(error)")
        }
        var credentials: CredentialsReport?
        if let reader = instruments.signer?.reader ?? instruments.reader,
            let bytes = FileManager.default.contents(atPath: path)
        {
            do {
                credentials = try reader.read(Array(bytes), as: header.format)
            } catch {
                // libvips reads files that the C2PA library does not understand; those have no credentials that count.
                logger.info("a file's credentials cannot be read", metadata: ["reason": "\(error)"])
            }
        }
        return Read(header: header, credentials: credentials, mark: instruments.marker?.read(picture))
    }
}
