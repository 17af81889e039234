import Foundation
import Records
import TestKit
import Testing

@Suite("Files that several may need")
struct FileAdoptionTests {
    private let folder: TemporaryFolder
    private let files: FileStore

    init() throws {
        folder = try TemporaryFolder()
        files = try FileStore(folder: folder.path)
    }

    private func sealed(_ bytes: [UInt8] = [1, 2, 3]) throws -> FileWriter {
        let writer = try files.makeWriter()
        try writer.append(bytes)
        writer.seal()
        return writer
    }

    private func isThere(_ writer: FileWriter) -> Bool { files.size(of: writer.digest) != nil }

    @Test("What is refused after it was kept is gone")
    func undoes() throws {
        let writer = try sealed()
        try writer.keep()
        #expect(isThere(writer))
        writer.discard()
        #expect(!isThere(writer))
    }

    /// What two requests with one content go through, in every order: both keep first, or the one after the other.
    @Test(
        "Two requests with one content: the refusal of one does not take the other's file",
        arguments: [true, false],
        [true, false]
    )
    func shares(keptFirst: Bool, endedFirst: Bool) throws {
        let (refused, accepted) = (try sealed(), try sealed())
        for writer in keptFirst ? [refused, accepted] : [accepted, refused] { try writer.keep() }
        if endedFirst { refused.discard() }
        accepted.settle()
        refused.discard()
        #expect(isThere(accepted))
        let late = try sealed()
        try late.keep()
        late.discard()
        #expect(isThere(accepted))
    }

    @Test("Many requests with one content at the same time: it is there as long as one is accepted, and else not")
    func sharesAtOnce() async throws {
        for accepts in [true, false] {
            let digest = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<64 {
                    group.addTask {
                        let writer = try sealed([9, accepts ? 1 : 0])
                        try writer.keep()
                        if accepts, index == 40 { writer.settle() } else { writer.discard() }
                        return writer.digest
                    }
                }
                return try await group.reduce("") { $1 }
            }
            #expect((files.size(of: digest) != nil) == accepts)
        }
    }

    @Test("When both are refused, nothing stays")
    func bothRefused() throws {
        let (one, other) = (try sealed(), try sealed())
        try one.keep()
        try other.keep()
        one.discard()
        other.discard()
        #expect(!isThere(one))
    }

    @Test("The sweep takes what nobody needs, but not what somebody begins to need while it asks")
    func sweeps() async throws {
        let (old, wanted) = (try sealed([1]), try sealed([2]))
        for writer in [old, wanted] { _ = try writer.finish() }
        try await files.remove([old.digest, wanted.digest]) { _ throws(RecordsError) in
            _ = try files.write([2])
            return []
        }
        #expect(!isThere(old) && isThere(wanted))
        try await files.remove([wanted.digest]) { digests throws(RecordsError) in Set(digests) }
        #expect(isThere(wanted))
        try await files.remove([wanted.digest]) { _ throws(RecordsError) in [] }
        #expect(!isThere(wanted))
    }
}
