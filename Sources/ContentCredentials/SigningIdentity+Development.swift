public import Foundation
internal import Glibc

extension SigningIdentity {
    /// How long before its end a development certificate is replaced.
    private static let renewal: TimeInterval = 30 * 86_400

    private enum File: String, CaseIterable {
        case certificate = "certificate.pem"
        case key = "key.pem"
        case authority = "authority.pem"
    }

    /// The development certificate in `folder`, made if there is none yet, the one there ends within a month, or its time has not
    /// begun (after the clock was set back).
    ///
    /// Reads and writes files, so it blocks. Two servers that start at once end up with the same certificate. One that is
    /// replaced stays in the folder, under the date of its replacement.
    ///
    /// - Throws: ``CredentialsError/file(path:reason:)``, or what is wrong with the files that are there.
    public static func development(in folder: String, now: Date = Date()) throws(CredentialsError) -> SigningIdentity {
        let path = folder + "/development"
        if FileManager.default.fileExists(atPath: path) {
            let identity = try existing(in: path)
            if identity.isValid(at: now), now.addingTimeInterval(renewal) < identity.notValidAfter { return identity }
            try putAside(path, now: now)
        }
        try make(in: folder, as: path, now: now)
        return try existing(in: path)
    }

    /// The development certificate in `folder` as it is, whether or not it is its time; nil: there is none. Reads
    /// files, so it blocks.
    ///
    /// - Throws: what is wrong with the files that are there.
    public static func existingDevelopment(in folder: String) throws(CredentialsError) -> SigningIdentity? {
        let path = folder + "/development"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try existing(in: path)
    }

    /// The development certificates that were made in `folder`, in PEM: the one in use, and those that it replaced. What
    /// cannot be read is passed over.
    public static func developmentCertificates(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix("development") }.sorted().compactMap { name in
            let file = "\(folder)/\(name)/\(File.certificate.rawValue)"
            return FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static func existing(in path: String) throws(CredentialsError) -> SigningIdentity {
        func text(_ file: File) throws(CredentialsError) -> String {
            guard let data = FileManager.default.contents(atPath: "\(path)/\(file.rawValue)") else {
                throw .file(
                    path: "\(path)/\(file.rawValue)",
                    reason: "it is missing; remove the folder, and another certificate is made"
                )
            }
            return String(decoding: data, as: UTF8.self)
        }
        return try SigningIdentity(
            chain: text(.certificate),
            key: text(.key),
            chainPath: "\(path)/\(File.certificate.rawValue)",
            keyPath: "\(path)/\(File.key.rawValue)",
            developmentAuthority: text(.authority),
            now: nil
        )
    }

    /// Written beside and renamed: the folder is there whole or not at all.
    private static func make(in folder: String, as path: String, now: Date) throws(CredentialsError) {
        let unfinished = "\(folder)/unfinished-\(UUID().uuidString)"
        do {
            let made = try DevelopmentCertificate(now: now)
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: unfinished,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            defer { try? manager.removeItem(atPath: unfinished) }
            let contents: [File: String] = [
                .certificate: made.certificate, .key: made.privateKey, .authority: made.authority,
            ]
            for (file, text) in contents {
                let isWritten = manager.createFile(
                    atPath: "\(unfinished)/\(file.rawValue)",
                    contents: Data((text + "\n").utf8),
                    attributes: [.posixPermissions: 0o600]
                )
                guard isWritten else { throw CredentialsError.file(path: unfinished, reason: "it cannot be written") }
            }
            // Who came second keeps the first one's.
            if unsafe rename(unfinished, path) != 0, !manager.fileExists(atPath: path) {
                throw CredentialsError.file(path: path, reason: "it cannot be made")
            }
        } catch let error as CredentialsError {
            throw error
        } catch {
            throw .file(path: folder, reason: "a development certificate cannot be made: \(error)")
        }
    }

    private static func putAside(_ path: String, now: Date) throws(CredentialsError) {
        let day = now.formatted(.iso8601.year().month().day())
        let target = "\(path)-until-\(day)-\(UUID().uuidString.prefix(8))"
        // If it is gone, another server that starts has put it aside.
        guard unsafe rename(path, target) == 0 || errno == ENOENT else {
            throw .file(path: path, reason: "the certificate there has ended, and it cannot be put aside")
        }
    }
}
