internal import HTTPTypes
internal import Records
internal import Service
internal import SurgeCore
internal import Synchronization

/// Who sends files.
struct Sender: Hashable, Sendable {
    let account: AccountID?
    /// The network that the request comes from.
    let address: String
}

/// What requests may take whose fate is open.
public struct UploadLimits: Hashable, Sendable {
    /// Bytes of files.
    public var bytesOfAccount = 256 << 20
    public var bytesOfAddress = 512 << 20
    /// Bytes on the disk below which nothing is written.
    public var leastFreeBytes: Int64 = 256 << 20
    /// Bytes of JSON in memory, where a body is kept whole until it is parsed: two of the largest, four, and six.
    public var jsonBytesOfAccount = 48 << 20
    public var jsonBytesOfAddress = 96 << 20
    public var jsonBytes = 144 << 20

    public init() {}
}

/// Counts the bytes of files that were sent and whose fate is open, and of JSON that is being read. Keeps space free on
/// the disk.
///
/// What is refused is gone with its request, and what is accepted belongs to its job. Between the two, nobody may fill
/// the disk or the memory.
final class UploadQuota: Sendable {
    /// Between two looks at the disk, in seconds.
    private static let diskSeconds = 1.0
    /// What a client is told to wait that has to wait for other requests, in seconds.
    private static let retrySeconds = 2.0

    let limits: UploadLimits
    private let files: FileStore
    private let clock: any TimeSource
    private let freeBytes: @Sendable () -> Int64?
    private let held: HeldBytes
    private let json: HeldBytes
    private let disk = Mutex<(at: Instant, free: Int64?)?>(nil)

    /// - Parameter freeBytes: asks the disk, and may block; nil: the one of `files`.
    init(
        files: FileStore,
        limits: UploadLimits = UploadLimits(),
        clock: any TimeSource = WallClock(),
        freeBytes: (@Sendable () -> Int64?)? = nil
    ) {
        self.files = files
        self.limits = limits
        self.clock = clock
        if let freeBytes { self.freeBytes = freeBytes } else { self.freeBytes = { files.freeBytes } }
        held = HeldBytes(limits: HeldBytes.Limits(account: limits.bytesOfAccount, address: limits.bytesOfAddress))
        json = HeldBytes(
            limits: HeldBytes.Limits(
                account: limits.jsonBytesOfAccount,
                address: limits.jsonBytesOfAddress,
                total: limits.jsonBytes
            )
        )
    }

    /// Bytes of files whose fate is open.
    func heldBytes(of address: String) -> Int { held.count(of: address) }

    /// Bytes of JSON that is being read.
    var jsonBytes: Int { json.total }

    /// A file to be sent. Blocks.
    func begin(_ sender: Sender) throws -> PendingUpload {
        try checkDisk()
        return PendingUpload(writer: try files.makeWriter(), quota: self, sender: sender)
    }

    /// Counts bytes of a file. - Throws: ``APIError`` 429.
    func take(_ count: Int, _ sender: Sender) throws(APIError) {
        switch held.take(count, sender) {
        case nil, .total: return
        case .account: throw Self.tooMany("account", limits.bytesOfAccount, "pictures")
        case .address: throw Self.tooMany("address", limits.bytesOfAddress, "pictures")
        }
    }

    func giveBack(_ count: Int, _ sender: Sender) { held.giveBack(count, sender) }

    /// Counts bytes of JSON. - Throws: ``APIError`` 429, or 503 when it is not this sender's that take the memory.
    func takeJSON(_ count: Int, _ sender: Sender) throws(APIError) {
        switch json.take(count, sender) {
        case nil: return
        case .account: throw Self.tooMany("account", limits.jsonBytesOfAccount, "JSON")
        case .address: throw Self.tooMany("address", limits.jsonBytesOfAddress, "JSON")
        case .total: throw .memoryFull
        }
    }

    func giveBackJSON(_ count: Int, _ sender: Sender) { json.giveBack(count, sender) }

    private static func tooMany(_ owner: String, _ limit: Int, _ what: String) -> APIError {
        .tooMany(
            "This \(owner) has more than \(limit >> 20) MiB of \(what) under way. "
                + "Send this request again when the others are answered.",
            retryAfter: retrySeconds
        )
    }

    /// Blocks, once a second at most.
    func checkDisk() throws(APIError) {
        let now = clock.steady()
        let known = disk.withLock { $0 }
        let free: Int64?
        if let known, now.seconds(since: known.at) < Self.diskSeconds {
            free = known.free
        } else {
            free = freeBytes()
            disk.withLock { $0 = (now, free) }
        }
        if let free, free < limits.leastFreeBytes { throw .recordsUnavailable }
    }
}

extension APIError {
    /// As much JSON is being read as may be, of all clients.
    fileprivate static let memoryFull = APIError(
        status: .serviceUnavailable,
        kind: .unavailable,
        code: "server_is_overloaded",
        parameter: nil,
        message: "As much JSON as the server has memory for is being read. Try again in 2 s, or send a form.",
        headers: [.retryAfter: "2", .connection: "close"]
    )
}
