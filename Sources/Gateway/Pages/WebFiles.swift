internal import Crypto
internal import Foundation
internal import Imaging
internal import Records

/// The pages and what they are made of, read once into memory and compressed there.
struct WebFiles: Sendable {
    struct File: Sendable {
        let bytes: [UInt8]
        /// nil: it does not get smaller.
        let compressed: [UInt8]?
        let mediaType: String
        let tag: String
    }

    /// Largest of a file. The whole folder has well under a megabyte.
    private static let limit = 4 << 20
    private static let mediaTypes = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
        "webp": "image/webp", "png": "image/png", "webmanifest": "application/manifest+json",
        "txt": "text/plain; charset=utf-8",
    ]

    private let folder: String
    private let files: [String: File]
    /// Reads files anew each time, for whoever works on the pages.
    private let reloads: Bool

    /// - Parameter folder: with the folders `pages` and `assets`; without them there are no pages.
    init(folder: String, reloads: Bool) {
        self.folder = folder
        self.reloads = reloads
        var files: [String: File] = [:]
        for part in ["pages", "assets"] {
            let paths = FileManager.default.enumerator(atPath: "\(folder)/\(part)")?.compactMap { $0 as? String } ?? []
            for path in paths {
                if let file = Self.read("\(folder)/\(part)/\(path)") { files["\(part)/\(path)"] = file }
            }
        }
        self.files = files
    }

    var isEmpty: Bool { files.isEmpty }

    /// - Parameter path: from the folder, as in "pages/studio.html". Only what was there at the start is found.
    func file(_ path: String) -> File? {
        guard let file = files[path] else { return nil }
        return reloads ? Self.read("\(folder)/\(path)") ?? file : file
    }

    private static func read(_ path: String) -> File? {
        guard let mediaType = mediaTypes[(path as NSString).pathExtension],
            let data = FileManager.default.contents(atPath: path), data.count <= limit
        else { return nil }
        let bytes = Array(data)
        let isText = !mediaType.hasPrefix("image/") || mediaType.hasPrefix("image/svg")
        let compressed = isText ? try? Gzip.compress(bytes) : nil
        return File(
            bytes: bytes,
            compressed: compressed.flatMap { $0.count < bytes.count ? $0 : nil },
            mediaType: mediaType,
            tag: "\"\(Digest.hexadecimal(of: bytes).prefix(20))\""
        )
    }
}
