internal import BinaryText
internal import Crypto
internal import Glibc
internal import Synchronization

/// Writes one file, piece by piece. Given up (deinit without ``keep()``), it leaves nothing behind.
///
/// The way of an upload: ``append(_:)``, ``seal()``, then it is looked at where it lies (``path``); when its job is
/// accepted, ``keep()``, and when that is on record, ``settle()``. ``discard()`` undoes what is not settled.
public final class FileWriter: Sendable {
    private enum Stage {
        case open(Int32)
        /// Complete, under a name of its own.
        case sealed
        /// In the store.
        case kept
        case ended
    }

    private struct State: ~Copyable {
        var stage: Stage
        var hash = SHA256()
        var digest = ""
        var count = 0
    }

    private let unfinished: String
    private let store: FileStore
    private let state: Mutex<State>

    init(path: String, store: FileStore) throws(RecordsError) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("make", path) }
        self.unfinished = path
        self.store = store
        self.state = Mutex(State(stage: .open(descriptor)))
    }

    deinit { discard() }

    /// Bytes written so far.
    public var count: Int { state.withLock { $0.count } }

    /// What the content is named by; empty until it is complete.
    public var digest: String { state.withLock { $0.digest } }

    /// Where the content lies.
    public var path: String {
        state.withLock { state in
            switch state.stage {
            case .open, .sealed: unfinished
            case .kept, .ended: store.path(of: state.digest)
            }
        }
    }

    public func append(_ bytes: [UInt8]) throws(RecordsError) {
        let failure = state.withLock { state -> RecordsError? in
            guard case .open(let descriptor) = state.stage else { return .complete(unfinished) }
            return bytes.withUnsafeBytes { buffer in
                state.hash.update(bufferPointer: buffer)
                state.count += buffer.count
                return SystemCalls.write(buffer, to: descriptor, unfinished)
            }
        }
        if let failure { throw failure }
    }

    /// Says that the content is complete. - Returns: its digest.
    @discardableResult
    public func seal() -> String {
        state.withLock { state in
            if case .open(let descriptor) = state.stage {
                close(descriptor)
                state.digest = state.hash.finalize().hexadecimal
                state.stage = .sealed
            }
            return state.digest
        }
    }

    /// Syncs the file and gives it its name. Until ``settle()`` it can be undone.
    public func keep() throws(RecordsError) {
        seal()
        let failure = state.withLock { state -> RecordsError? in
            guard case .sealed = state.stage else { return nil }
            do throws(RecordsError) {
                try Self.sync(unfinished)
                try store.adopt(unfinished, digest: state.digest)
                state.stage = .kept
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Says that the file is needed from now on.
    public func settle() {
        state.withLock { state in
            guard case .kept = state.stage else { return }
            store.adoptions.settle(state.digest)
            state.stage = .ended
        }
    }

    /// Removes what was written, unless it is settled or somebody else needs the same.
    public func discard() {
        state.withLock { state in
            switch state.stage {
            case .open(let descriptor):
                close(descriptor)
                unlink(unfinished)
            case .sealed: unlink(unfinished)
            case .kept:
                let path = store.path(of: state.digest)
                store.adoptions.giveUp(state.digest) { unlink(path) }
            case .ended: return
            }
            state.stage = .ended
        }
    }

    /// Syncs the file and gives it its name, for good. - Returns: the digest.
    public func finish() throws(RecordsError) -> String {
        try keep()
        settle()
        return digest
    }

    private static func sync(_ path: String) throws(RecordsError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("sync", path) }
    }
}

extension RecordsError {
    fileprivate static func complete(_ path: String) -> RecordsError {
        .file(path: path, operation: "write", reason: "it is complete")
    }
}
