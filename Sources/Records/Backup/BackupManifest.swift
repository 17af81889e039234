internal import Foundation

/// What a backup holds: `manifest.json` beside it, written last, so that a backup without one is no whole one.
public struct BackupManifest: Codable, Hashable, Sendable {
    /// A file of the backup.
    public struct File: Codable, Hashable, Sendable {
        /// Below the backup's folder.
        public let path: String
        public let bytes: Int
        public let sha256: String
    }

    static let fileName = "manifest.json"
    static let currentFormat = 1

    public let format: Int
    /// Seconds since 1970.
    public let createdAt: Double
    /// The program that made it.
    public let version: String
    public let files: [File]
    /// Files that a job needs and that were not there: on a disk that is not damaged, none.
    public let missing: [String]

    /// All files together.
    public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

    static func read(from folder: String) throws(RecordsError) -> BackupManifest {
        let path = "\(folder)/\(fileName)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .file(
                path: path,
                operation: "read",
                reason: "there is none: this is no backup, or one that was cut off"
            )
        }
        guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data) else {
            throw .file(path: path, operation: "read", reason: "it is damaged")
        }
        guard manifest.format == currentFormat else {
            throw .file(path: path, operation: "read", reason: "it is of a newer version of heatsink; use that one")
        }
        return manifest
    }

    func write(to folder: String) throws(RecordsError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try PrivateFiles.write(Array(try encoder.encode(self)), to: "\(folder)/\(Self.fileName)")
        } catch let error as RecordsError {
            throw error
        } catch {
            throw .file(path: folder, operation: "write the manifest to", reason: "\(error)")
        }
    }
}
