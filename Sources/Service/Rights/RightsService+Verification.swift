public import ContentCredentials
internal import Foundation
public import Imaging
internal import Logging
public import Records
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

extension RightsService {
    /// Pixels on the longer side that a watermark is looked for in; larger pictures are made smaller first.
    private static let verifiedSide = 4_096
    /// What looking for a watermark takes for each pixel.
    private static let bytesPerPixel = 16

    /// - Throws: ``RightsError/invalid(field:problem:)`` when the file is no picture that can be read.
    public func verify(path: String, digest: String, _ blocking: BlockingWork) async throws(RightsError) -> Verification
    {
        let read = try await read(path, blocking)
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

    private func read(_ path: String, _ blocking: BlockingWork) async throws(RightsError) -> Read {
        let header: ImageHeader
        let picture: Raster
        do {
            header = try await blocking.header(of: .file(path), by: decoder)
            picture = try await blocking.decode(.file(path), .fitting(Self.verifiedSide), by: decoder)
        } catch {
            throw .invalid(field: "", problem: "this is no picture that can be read: \(error)")
        }
        // The mark is looked for in planes of numbers as large as the picture.
        let mark = await blocking.memory.holding(picture.size.area * Self.bytesPerPixel) {
            await blocking.run { [instruments] () throws(Never) in instruments.watermark?.read(picture) }
        }
        let credentials = await blocking.run { [self] () throws(Never) in self.credentials(path, header.format) }
        return Read(header: header, credentials: credentials, mark: mark)
    }

    private func credentials(_ path: String, _ format: ImageFormat) -> CredentialsReport? {
        guard let reader = instruments.signer?.reader ?? instruments.reader,
            let bytes = FileManager.default.contents(atPath: path)
        else { return nil }
        do {
            return try reader.read(Array(bytes), as: format)
        } catch {
            // libvips reads files that the C2PA library does not understand; those have no credentials that count.
            logger.info("a file's credentials cannot be read", metadata: ["reason": "\(error)"])
            return nil
        }
    }
}
