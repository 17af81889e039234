import BinaryText
import Foundation
import Records
import SurgeCore
import TestKit
import Testing

@Suite("Files by their content")
struct FileStoreTests {
    private let folder: TemporaryFolder
    private let files: FileStore

    init() throws {
        folder = try TemporaryFolder()
        files = try FileStore(folder: folder.path)
    }

    @Test("The name is the content's SHA-256")
    func names() throws {
        let digest = try files.write(Array("hello".utf8))
        #expect(digest == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
        #expect(files.read(digest) == Array("hello".utf8))
        #expect(try files.write(Array("hello".utf8)) == digest)
    }

    @Test("A file in pieces is the file as a whole; given up, it leaves nothing")
    func pieces() throws {
        let writer = try files.makeWriter()
        for part in ["he", "", "llo"] { try writer.append(Array(part.utf8)) }
        #expect(try writer.finish() == files.write(Array("hello".utf8)))
        do {
            let abandoned = try files.makeWriter()
            try abandoned.append([1, 2, 3])
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/unfinished")
        #expect(left.isEmpty)
    }

    @Test("What a crash left unfinished goes when the owner of the folder says so, and only then")
    func cleansUp() throws {
        let stray = folder.path + "/unfinished/stray"
        try Data([1]).write(to: URL(fileURLWithPath: stray))
        let second = try FileStore(folder: folder.path)
        #expect(FileManager.default.fileExists(atPath: stray))
        try second.removeUnfinished()
        #expect(!FileManager.default.fileExists(atPath: stray))
        _ = try second.write([1, 2, 3])
    }

    @Test("Opening the same folder leaves files alone that another store is writing")
    func sharesFolder() throws {
        let writer = try files.makeWriter()
        try writer.append([1, 2])
        let other = try FileStore(folder: folder.path)
        try writer.append([3])
        #expect(other.read(try writer.finish()) == [1, 2, 3])
    }

    @Test("Only files older than the moment are old, and a wanted file is young again")
    func ages() throws {
        let digest = try files.write([1])
        let past = Date(timeIntervalSince1970: 1_000)
        try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: files.path(of: digest))
        #expect(files.digests(olderThan: Instant(microseconds: 2_000_000_000)) == [digest])
        _ = try files.write([1])
        #expect(files.digests(olderThan: Instant(microseconds: 2_000_000_000)).isEmpty)
    }

    @Test("Keys and digests are told apart from anything else", arguments: ["", "../../etc/passwd", "ABC", "g"])
    func refusesOtherNames(text: String) {
        #expect(!FileStore.isDigest(text))
        #expect(!FileStore.isDigest(text + String(repeating: "G", count: max(0, 64 - text.count))))
    }

    @Test("Base64 for addresses agrees with Foundation's", arguments: 0..<40)
    func base64(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let expected = Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        #expect(bytes.base64URL == expected)
    }
}
