import HTTPTypes
import Records
import Service
import SurgeCore
import Synchronization

/// Who sends files.
struct Sender: Hashable, Sendable {
    let account: AccountID?
    /// The network that the request comes from.
    let address: String
}

/// What files may take that were sent and whose fate is open.
public struct UploadLimits: Hashable, Sendable {
    public var bytesOfAccount = 256 << 20
    public var bytesOfAddress = 512 << 20
    /// Bytes on the disk below which nothing is written.
    public var leastFreeBytes: Int64 = 256 << 20

    public init() {}
}

/// Counts the bytes of files that were sent and whose fate is open, and keeps an eye on the disk.
///
/// What is refused is gone with its request, and what is accepted belongs to its job. Between the two, nobody may fill the
/// disk.
final class UploadShelf: Sendable {
    private struct State {
        var accounts: [AccountID: Int] = [:]
        var addresses: [String: Int] = [:]
    }

    let limits: UploadLimits
    private let files: FileStore
    private let state = Mutex(State())

    init(files: FileStore, limits: UploadLimits = UploadLimits()) {
        self.files = files
        self.limits = limits
    }

    /// Bytes whose fate is open.
    func heldBytes(of address: String) -> Int { state.withLock { $0.addresses[address] ?? 0 } }

    /// A file to be sent. Blocks.
    func begin(_ sender: Sender) throws -> PendingUpload {
        try checkDisk()
        return PendingUpload(writer: try files.makeWriter(), shelf: self, sender: sender)
    }

    fileprivate func take(_ count: Int, _ sender: Sender) throws(APIError) {
        try checkDisk()
        let refused: String? = state.withLock { state in
            let ofAccount = sender.account.map { (state.accounts[$0] ?? 0) + count } ?? 0
            let ofAddress = (state.addresses[sender.address] ?? 0) + count
            if ofAccount > limits.bytesOfAccount {
                return "This account has more than \(limits.bytesOfAccount >> 20) MiB of pictures under way. "
                    + "Send this request again when the others are answered."
            }
            if ofAddress > limits.bytesOfAddress {
                return "This address has more than \(limits.bytesOfAddress >> 20) MiB of pictures under way. "
                    + "Send this request again when the others are answered."
            }
            if let account = sender.account { state.accounts[account] = ofAccount }
            state.addresses[sender.address] = ofAddress
            return nil
        }
        if let refused { throw .tooMany(refused, retryAfter: 2) }
    }

    fileprivate func giveBack(_ count: Int, _ sender: Sender) {
        guard count > 0 else { return }
        state.withLock { state in
            if let account = sender.account { state.accounts[account] = Self.less(state.accounts[account], count) }
            state.addresses[sender.address] = Self.less(state.addresses[sender.address], count)
        }
    }

    private static func less(_ value: Int?, _ count: Int) -> Int? {
        let left = (value ?? 0) - count
        return left > 0 ? left : nil
    }

    private func checkDisk() throws(APIError) {
        if let free = files.freeBytes, free < limits.leastFreeBytes { throw .recordsUnavailable }
    }
}

/// A file that was sent, or is being sent, and of which nobody knows yet whether it will be needed. It is gone when this
/// object is, unless it was settled.
final class PendingUpload: Sendable {
    private let writer: FileWriter
    private let shelf: UploadShelf
    private let sender: Sender
    private let counted = Mutex(0)

    fileprivate init(writer: FileWriter, shelf: UploadShelf, sender: Sender) {
        self.writer = writer
        self.shelf = shelf
        self.sender = sender
    }

    deinit { shelf.giveBack(counted.withLock { $0 }, sender) }

    var byteCount: Int { writer.count }
    /// What the content is named by.
    var digest: String { writer.digest }
    /// Where the content lies at the moment.
    var path: String { writer.path }

    /// Blocks.
    func append(_ bytes: [UInt8]) throws {
        try shelf.take(bytes.count, sender)
        counted.withLock { $0 += bytes.count }
        try writer.append(bytes)
    }

    func seal() { writer.seal() }

    /// Gives the file its name in the store. Blocks.
    func keep() throws(RecordsError) { try writer.keep() }

    /// The file is needed: a job names it.
    func settle() {
        writer.settle()
        letGo()
    }

    /// The file is not needed.
    func discard() {
        writer.discard()
        letGo()
    }

    private func letGo() {
        let count = counted.withLock { counted in
            defer { counted = 0 }
            return counted
        }
        shelf.giveBack(count, sender)
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
