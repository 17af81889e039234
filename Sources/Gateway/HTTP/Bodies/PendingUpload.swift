internal import NIOPosix
internal import Records
internal import Service
internal import SurgeCore
internal import Synchronization

/// A file that was sent, or is being sent, and of which nobody knows yet whether it will be needed. It is gone soon
/// after this object is, unless it was settled.
final class PendingUpload: Sendable {
    private struct State: Sendable {
        /// Not yet written.
        var collected: [UInt8] = []
        var count = 0
        var isOver = false
    }

    /// What is collected before it is written, in bytes: a body may come in pieces of one byte.
    static let pieceBytes = 64 * 1024

    private let writer: FileWriter
    private let quota: UploadQuota
    private let sender: Sender
    private let state = Mutex(State())

    init(writer: FileWriter, quota: UploadQuota, sender: Sender) {
        self.writer = writer
        self.quota = quota
        self.sender = sender
    }

    deinit { end { $0.discard() } }

    var byteCount: Int { state.withLock(\.count) }
    /// What the content is named by.
    var digest: String { writer.digest }
    /// Where the content lies at the moment.
    var path: String { writer.path }

    /// Takes bytes, and writes what was collected once it is enough. Blocks.
    func append(_ bytes: [UInt8]) throws {
        if let piece = try collect(bytes) { try write(piece) }
    }

    /// The same without blocking the caller's thread.
    func append(_ bytes: [UInt8], on blocking: BlockingWork) async throws {
        guard let piece = try collect(bytes) else { return }
        try await blocking.run { try self.write(piece) }
    }

    /// Says that the content is complete. Blocks.
    func seal() throws {
        let rest = state.withLock { state -> [UInt8] in
            defer { state.collected = [] }
            return state.collected
        }
        if !rest.isEmpty { try write(rest) }
        writer.seal()
    }

    /// Gives the file its name in the store. Blocks.
    func keep() throws(RecordsError) { try writer.keep() }

    /// The file is needed: a job names it. Does not block.
    func settle() { end { $0.settle() } }

    /// The file is not needed, and is removed at once or soon after. Does not block.
    func discard() { end { $0.discard() } }

    // MARK: Steps

    /// - Returns: what is to be written now.
    private func collect(_ bytes: [UInt8]) throws(APIError) -> [UInt8]? {
        try quota.take(bytes.count, sender)
        return state.withLock { state -> [UInt8]? in
            state.count += bytes.count
            state.collected += bytes
            guard state.collected.count >= Self.pieceBytes else { return nil }
            defer { state.collected = [] }
            return state.collected
        }
    }

    private func write(_ piece: [UInt8]) throws {
        try quota.checkDisk()
        try writer.append(piece)
    }

    /// Only the first end counts. Removing a file, and waiting for others that keep theirs, is left to threads that may
    /// block.
    private func end(_ body: @escaping @Sendable (FileWriter) -> Void) {
        let count = state.withLock { state -> Int? in
            guard !state.isOver else { return nil }
            state.isOver = true
            state.collected = []
            return state.count
        }
        guard let count else { return }
        NIOThreadPool.singleton.submit { [writer, quota, sender] _ in
            body(writer)
            quota.giveBack(count, sender)
        }
    }
}

/// The files of one request.
struct PendingUploads: RequestFiles {
    let uploads: [PendingUpload]
    let blocking: BlockingWork

    func keep() async throws(RecordsError) {
        guard !uploads.isEmpty else { return }
        try await blocking.run { [uploads] () throws(RecordsError) in
            for upload in uploads { try upload.keep() }
        }
    }

    func settle() { for upload in uploads { upload.settle() } }

    /// What was not settled is gone, even if a reference to it remains.
    func discard() { for upload in uploads { upload.discard() } }
}
