import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Records
import Service
import SurgeCore
import TestKit
import Testing

@testable import Gateway

@Suite("Files whose fate is open")
struct UploadQuotaTests {
    private let folder: TemporaryFolder
    private let files: FileStore
    private let sender = Sender(account: AccountID(rawValue: "acct"), address: "192.0.2.1")

    init() throws {
        folder = try TemporaryFolder()
        files = try FileStore(folder: folder.path)
    }

    private func quota(_ change: (inout UploadLimits) -> Void = { _ in }) -> UploadQuota {
        var limits = UploadLimits()
        limits.leastFreeBytes = 0
        change(&limits)
        return UploadQuota(files: files, limits: limits)
    }

    private func unfinished() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path + "/unfinished")
    }

    @Test("What is not needed leaves nothing behind, whether it is let go of or forgotten")
    func discards() async throws {
        let quota = quota()
        let refused = try quota.begin(sender)
        try refused.append([1, 2, 3])
        try refused.seal()
        #expect(try quota.heldBytes(of: sender.address) == 3 && unfinished().count == 1)
        refused.discard()
        try await eventually { quota.heldBytes(of: sender.address) == 0 }
        #expect(try unfinished().isEmpty)
        try forget(on: quota)
        try await eventually { quota.heldBytes(of: sender.address) == 0 }
        #expect(try unfinished().isEmpty)
    }

    private func forget(on quota: UploadQuota) throws {
        let forgotten = try quota.begin(sender)
        try forgotten.append([4])
        #expect(quota.heldBytes(of: sender.address) == 1)
        #expect(try unfinished().count == 1 && forgotten.byteCount == 1)
    }

    @Test("Tiny pieces are written together, and all of them are there in the end")
    func collects() throws {
        let upload = try quota().begin(sender)
        func bytesOnDisk() throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: upload.path)
            return try #require(attributes[.size] as? NSNumber).intValue
        }
        for _ in 0..<PendingUpload.pieceBytes - 1 { try upload.append([7]) }
        #expect(try bytesOnDisk() == 0)
        try upload.append([7])
        #expect(try bytesOnDisk() == PendingUpload.pieceBytes)
        try upload.append([8])
        #expect(upload.byteCount == PendingUpload.pieceBytes + 1)
        try upload.seal()
        let whole = [UInt8](repeating: 7, count: PendingUpload.pieceBytes) + [8]
        #expect(try bytesOnDisk() == whole.count && upload.digest == Digest.hexadecimal(of: whole))
    }

    @Test("The disk is asked how full it is once a second, however much is written")
    func asksDiskSeldom() throws {
        let (asked, clock) = (Counter(), ManualClock())
        let quota = UploadQuota(files: files, clock: clock, freeBytes: { asked.next() < 2 ? Int64.max : 0 })
        let upload = try quota.begin(sender)
        let piece = [UInt8](repeating: 0, count: PendingUpload.pieceBytes)
        for _ in 0..<20 { try upload.append(piece) }
        #expect(asked.value == 1)
        clock.advance(bySeconds: 1.5)
        try upload.append(piece)
        #expect(asked.value == 2)
        clock.advance(bySeconds: 1.5)
        let full = #expect(throws: APIError.self) { try upload.append(piece) }
        #expect(full?.status == .serviceUnavailable && asked.value == 3)
    }

    @Test("What a job needs stays, and counts no longer")
    func settles() async throws {
        let quota = quota()
        let upload = try quota.begin(sender)
        try upload.append([1, 2, 3])
        try upload.seal()
        #expect(files.read(upload.digest) == nil)
        try upload.keep()
        upload.settle()
        upload.discard()
        try await eventually { quota.heldBytes(of: sender.address) == 0 }
        #expect(files.read(upload.digest) == [1, 2, 3])
    }

    @Test("An account and an address have limits, which the refusal names")
    func limits() async throws {
        let quota = quota {
            $0.bytesOfAccount = 1 << 20
            $0.bytesOfAddress = 2 << 20
        }
        let piece = [UInt8](repeating: 0, count: 1 << 20)
        let first = try quota.begin(sender)
        try first.append(piece)
        let second = try quota.begin(sender)
        let ofAccount = #expect(throws: APIError.self) { try second.append([1]) }
        #expect(ofAccount?.status == .tooManyRequests && ofAccount?.message.contains("1 MiB") == true)
        #expect(ofAccount?.headers[.retryAfter] != nil)
        let other = try quota.begin(Sender(account: nil, address: sender.address))
        try other.append(piece)
        let ofAddress = #expect(throws: APIError.self) { try other.append([1]) }
        #expect(ofAddress?.status == .tooManyRequests && ofAddress?.message.contains("2 MiB") == true)
        first.discard()
        try await eventually { quota.heldBytes(of: sender.address) == 1 << 20 }
        try second.append([1])
    }

    @Test("JSON that is being read has limits by account, by address and in all, and none stays counted")
    func limitsJSON() async throws {
        let quota = quota { ($0.jsonBytesOfAccount, $0.jsonBytesOfAddress, $0.jsonBytes) = (1_010, 1_500, 1_800) }
        let reader = BodyReader(quota: quota, blocking: BlockingWork(width: 1))
        let (pieces, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        continuation.yield(ByteBuffer(repeating: 0x20, count: 1_000))
        let held = Task { [sender] in
            try await reader.read(RequestBody(asyncSequence: pieces), as: .json, from: sender)
        }
        try await eventually { quota.jsonBytes == 1_000 }
        for (account, address, count, status, word) in [
            ("acct", "192.0.2.9", 100, 429, "account"), ("other", "192.0.2.1", 600, 429, "address"),
            ("other", "192.0.2.9", 900, 503, "memory"),
        ] {
            let other = Sender(account: AccountID(rawValue: account), address: address)
            let body = RequestBody(buffer: ByteBuffer(repeating: 0x20, count: count))
            let error = await #expect(throws: APIError.self) { try await reader.read(body, as: .json, from: other) }
            #expect(error?.status.code == status && error?.headers[.retryAfter] != nil)
            #expect(error?.message.contains(word) == true)
        }
        #expect(quota.jsonBytes == 1_000)
        continuation.yield(ByteBuffer(string: "{}"))
        continuation.finish()
        _ = try await held.value
        #expect(quota.jsonBytes == 0)
        for json in ["{", "[]"] {
            let body = RequestBody(buffer: ByteBuffer(string: json))
            await #expect(throws: APIError.self) { try await reader.read(body, as: .json, from: sender) }
        }
        #expect(quota.jsonBytes == 0)
    }

    @Test("A disk that is nearly full takes no files, and says when to come back")
    func keepsFree() throws {
        let error = #expect(throws: APIError.self) { try quota { $0.leastFreeBytes = .max }.begin(sender) }
        #expect(error?.status == .serviceUnavailable && error?.headers[.retryAfter] != nil)
        #expect(try unfinished().isEmpty)
    }

    /// Every file in the store's folder, whatever its name.
    private func allFiles() -> [String] {
        FileManager.default.subpaths(atPath: folder.path)?.filter { $0.hasSuffix("/") == false && isFile($0) } ?? []
    }

    private func isFile(_ name: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: "\(folder.path)/\(name)", isDirectory: &isFolder)
            && !isFolder.boolValue
    }

    private func form(_ parts: [(name: String, content: String)], end: String = "--XX--\r\n") -> RequestBody {
        let text = parts.map { part in
            "--XX\r\nContent-Disposition: form-data; name=\"\(part.name)\"; filename=\"a\"\r\n\r\n\(part.content)\r\n"
        }
        return RequestBody(buffer: ByteBuffer(string: text.joined() + end))
    }

    @Test("A body that is refused or breaks off leaves no file and no count, in either form")
    func refusedBodies() async throws {
        let quota = quota()
        let reader = BodyReader(quota: quota, blocking: BlockingWork(width: 1))
        let multipart = BodyReader.Form.multipart(contentType: "multipart/form-data; boundary=XX")
        let broken: [(RequestBody, BodyReader.Form)] = [
            (form([("image", "ABCD"), ("mask", "ABCD"), ("mask", "AB")]), multipart),
            (form([("image", "ABCD"), ("image", "EFGH")], end: ""), multipart),
            (
                RequestBody(
                    buffer: ByteBuffer(
                        string: #"{"images": [{"image_url": "data:;base64,QUJDRA=="}, {"image_url": "x"}]}"#
                    )
                ), .json
            ),
        ]
        for (body, form) in broken {
            await #expect(throws: APIError.self) { try await reader.read(body, as: form, from: sender) }
            try await eventually { quota.heldBytes(of: sender.address) == 0 && allFiles().isEmpty }
        }
    }

    @Test("Files are in the store when their job is accepted, and gone when it is not")
    func requests() async throws {
        let quota = quota()
        let blocking = BlockingWork(width: 1)
        let reader = BodyReader(quota: quota, blocking: blocking)
        let multipart = BodyReader.Form.multipart(contentType: "multipart/form-data; boundary=XX")
        for isAccepted in [false, true] {
            let fields = try await reader.read(form([("image", "ABCD"), ("mask", "EF")]), as: multipart, from: sender)
            #expect(fields.uploads.map(\.byteCount) == [4, 2] && quota.heldBytes(of: sender.address) == 6)
            let request = PendingUploads(uploads: fields.uploads, blocking: blocking)
            try await request.keep()
            if isAccepted { request.settle() }
            request.discard()
            try await eventually { quota.heldBytes(of: sender.address) == 0 }
            #expect(allFiles().count == (isAccepted ? 2 : 0))
        }
        // The same content once more, refused: the job's files stay.
        let fields = try await reader.read(form([("image", "ABCD")]), as: multipart, from: sender)
        let request = PendingUploads(uploads: fields.uploads, blocking: blocking)
        try await request.keep()
        request.discard()
        try await eventually { quota.heldBytes(of: sender.address) == 0 }
        #expect(allFiles().count == 2)
    }
}
