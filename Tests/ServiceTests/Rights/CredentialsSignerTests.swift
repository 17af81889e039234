import ContentCredentials
import Foundation
import Imaging
import Logging
import Records
import SurgeCore
import Synchronization
import TestKit
import Testing

@testable import Service

/// Certificates that end, have not begun, and change, with real signatures.
@Suite("The certificate while the server runs")
struct CredentialsSignerTests {
    private let folder: TemporaryFolder
    private let clock = ManualClock(at: WallClock().now())
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws { folder = try TemporaryFolder() }

    private func date(days: Double) -> Date { clock.now().date.addingTimeInterval(days * 86_400) }

    private static func loaded(
        _ identity: SigningIdentity,
        _ now: Date,
        _ former: [SigningIdentity]
    ) throws -> CredentialsSigner.Loaded {
        CredentialsSigner.Loaded(
            identity: identity,
            credentials: identity.isValid(at: now) ? try ContentCredentials(identity: identity) : nil,
            reader: try CredentialsReader(own: [identity] + former)
        )
    }

    /// A certificate that the server made itself.
    private func own(_ fallback: CredentialsSigner.Fallback = .unsigned) throws -> CredentialsSigner {
        let path = folder.path
        return try CredentialsSigner(
            CredentialsSigner.Source(files: [path + "/development"]) { now, former in
                try Self.loaded(SigningIdentity.development(in: path, now: now), now, former)
            },
            fallback: fallback,
            now: clock.now()
        )
    }

    /// One that is configured: files that somebody else replaces. They are those of a development certificate.
    private func configured(_ fallback: CredentialsSigner.Fallback) throws -> CredentialsSigner {
        let (chain, key) = (folder.path + "/chain.pem", folder.path + "/key.pem")
        return try CredentialsSigner(
            CredentialsSigner.Source(files: [chain, key]) { now, former in
                try Self.loaded(SigningIdentity(chainFile: chain, keyFile: key, now: nil), now, former)
            },
            fallback: fallback,
            now: clock.now()
        )
    }

    /// Puts a certificate where the configured one is.
    ///
    /// - Parameter days: from now to its begin.
    private func put(_ names: [String] = ["chain", "key"], beginningInDays days: Double, from made: String) throws {
        _ = try SigningIdentity.development(in: folder.path + "/\(made)", now: date(days: days))
        for name in names {
            let source = "\(folder.path)/\(made)/development/\(name == "chain" ? "certificate" : name).pem"
            let target = "\(folder.path)/\(name).pem"
            try? FileManager.default.removeItem(atPath: target)
            try FileManager.default.copyItem(atPath: source, toPath: target)
        }
    }

    private func isSigned(_ signer: CredentialsSigner) throws -> Bool? {
        switch signer.answer(at: clock.now()) {
        case .sign(let credentials):
            let picture = Raster(size: PixelSize(width: 1, height: 1), channels: 3, bytes: [1, 2, 3])
            let description = ManifestDescription(
                title: "t",
                origin: .generated(),
                model: ManifestDescription.Software(name: "m"),
                generator: ManifestDescription.Software(name: "g"),
                date: Date(),
                pictureID: "1"
            )
            let bytes = try picture.encoded(as: ImageEncoding(format: .png))
            let signed = try credentials.sign(bytes, as: .png, saying: description)
            return try signer.reader.read(signed.bytes, as: .png).isOwn
        case .leaveUnsigned: return false
        case .refuse: return nil
        }
    }

    @Test(
        "A certificate that has ended or not begun is not used: pictures go on unsigned or are refused, as configured"
    )
    func falls() throws {
        try put(beginningInDays: 0, from: "a")
        let (lenient, strict) = (try configured(.unsigned), try configured(.refuse))
        #expect(try isSigned(lenient) == true && isSigned(strict) == true)
        #expect(lenient.standing(at: clock.now()).isUsable)
        for days in [3_651.0, -3_653.0] {
            clock.advance(bySeconds: days * 86_400)
            #expect(try isSigned(lenient) == false)
            #expect(try isSigned(strict) == nil)
            let (kind, hard) = (lenient.standing(at: clock.now()), strict.standing(at: clock.now()))
            #expect(!kind.isUsable && kind.canFinish)
            #expect(!hard.isUsable && !hard.canFinish)
        }
        clock.advance(bySeconds: 2 * 86_400)
        #expect(try isSigned(strict) == true)
    }

    @Test("A server starts with a certificate that is not valid at the moment, and signs when its time comes")
    func starts() throws {
        try put(beginningInDays: -3_700, from: "ended")
        #expect(try configured(.unsigned).standing(at: clock.now()).daysLeft < 0)
        clock.advance(bySeconds: -10 * 86_400)
        try put(beginningInDays: 9, from: "early")
        let signer = try configured(.refuse)
        #expect(try isSigned(signer) == nil)
        clock.advance(bySeconds: 10 * 86_400)
        #expect(try isSigned(signer) == nil)
        signer.check(at: clock.now(), logger: logger)
        #expect(try isSigned(signer) == true)
    }

    @Test("Files that are replaced are loaded; chain without key keeps the one before; both sign as ours after that")
    func reloads() throws {
        try put(beginningInDays: 0, from: "a")
        let signer = try configured(.unsigned)
        let first = signer.identity
        try put(["chain"], beginningInDays: 0, from: "b")
        signer.check(at: clock.now(), logger: logger)
        #expect(signer.identity == first)
        #expect(try isSigned(signer) == true)
        try put(["key"], beginningInDays: 0, from: "b")
        signer.check(at: clock.now(), logger: logger)
        #expect(signer.identity != first)
        #expect(try isSigned(signer) == true)
    }

    @Test("A new certificate that is not valid yet waits for its time, and the one before signs until then")
    func waits() throws {
        let lines = Lines()
        let logger = Logger(label: "test") { _ in lines }
        clock.advance(bySeconds: -10 * 86_400)
        try put(beginningInDays: 0, from: "a")
        let signer = try configured(.refuse)
        let first = signer.identity
        try put(beginningInDays: 9, from: "early")
        for _ in 0..<2 {
            signer.check(at: clock.now(), logger: logger)
            #expect(signer.identity == first)
            #expect(try isSigned(signer) == true)
        }
        #expect(lines.take() == [.warning])
        clock.advance(bySeconds: 10 * 86_400)
        signer.check(at: clock.now(), logger: logger)
        #expect(signer.identity != first)
        #expect(try isSigned(signer) == true)
        #expect(lines.take() == [.notice])
    }

    @Test(
        "The server's own certificate is replaced a month before its end and when the clock was set back before its begin"
    )
    func renews() throws {
        let path = folder.path
        // It ends in ten days.
        let old = try SigningIdentity.development(in: path, now: date(days: 10 - 3_650))
        let signer = try own()
        #expect(signer.identity != old)
        #expect(signer.standing(at: clock.now()).daysLeft > 3_000)
        let renewed = signer.identity
        try FileManager.default.removeItem(atPath: path + "/development")
        _ = try SigningIdentity.development(in: path, now: date(days: 10 - 3_650))
        signer.check(at: clock.now(), logger: logger)
        #expect(signer.identity != renewed && signer.identity.isValid(at: clock.now().date))
        #expect(signer.standing(at: clock.now()).daysLeft > 3_000)
        // Made while the clock was ahead.
        try FileManager.default.removeItem(atPath: path + "/development")
        let ahead = try SigningIdentity.development(in: path, now: date(days: 5))
        signer.check(at: clock.now(), logger: logger)
        #expect(signer.identity != ahead)
        #expect(try isSigned(signer) == true)
    }

    @Test("From thirty days before the end the log warns, once a day, and says when it is over")
    func warns() throws {
        try put(beginningInDays: 0, from: "a")
        let lines = Lines()
        let logger = Logger(label: "test") { _ in lines }
        let signer = try configured(.unsigned)
        func levels() -> [Logger.Level] {
            signer.check(at: clock.now(), logger: logger)
            return lines.take()
        }
        #expect(levels() == [])
        clock.advance(bySeconds: (3_650 - 29) * 86_400)
        #expect(levels() == [.warning])
        #expect(levels() == [])
        clock.advance(bySeconds: 86_400)
        #expect(levels() == [.warning])
        clock.advance(bySeconds: 29 * 86_400)
        #expect(levels() == [.error])
        #expect(levels() == [])
    }

    /// Notes what is logged.
    private final class Lines: LogHandler {
        private let noted = Mutex<[Logger.Level]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set { _ = newValue }
        }
        var logLevel: Logger.Level {
            get { .trace }
            set { _ = newValue }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set { _ = newValue }
        }

        func take() -> [Logger.Level] {
            noted.withLock { noted in
                defer { noted = [] }
                return noted
            }
        }

        func log(event: LogEvent) {
            noted.withLock { $0.append(event.level) }
        }
    }
}
