internal import Foundation
internal import Glibc
internal import Synchronization

/// What C libraries and the Swift runtime write to standard error, as JSON lines like everything else there.
///
/// Standard error becomes a pipe into this process; its lines go on to where standard error led before.
enum LibraryOutput {
    /// Where standard error led at the start.
    private static let target = Atomic<Int32>(STDERR_FILENO)
    /// The end of the pipe that is read; below 0: there is none.
    private static let source = Atomic<Int32>(-1)
    private static let fatalSignals = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]
    private static let longestLine = 8_192

    /// To be called once. Where it fails, standard error stays as it is.
    static func capture() {
        var ends: [Int32] = [-1, -1]
        guard source.load(ordering: .relaxed) < 0, pipe(&ends) == 0 else { return }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        let real = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard real >= 0, dup2(ends[1], STDERR_FILENO) >= 0 else { return }
        close(ends[1])
        target.store(real, ordering: .sequentiallyConsistent)
        source.store(ends[0], ordering: .sequentiallyConsistent)
        let end = ends[0]
        Thread.detachNewThread { relay(from: end) }
        atexit { LibraryOutput.drain() }
        for number in fatalSignals {
            signal(number) { number in
                LibraryOutput.drain()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    /// Writes to where standard error led at the start.
    static func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Glibc.write(target.load(ordering: .relaxed), $0.baseAddress, $0.count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    private static func relay(from descriptor: Int32) {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else { return }
            for byte in buffer[..<count] {
                if byte != 0x0A { line.append(byte) }
                if byte == 0x0A || line.count >= longestLine {
                    tell(line)
                    line = []
                }
            }
        }
    }

    private static func tell(_ line: [UInt8]) {
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { return }
        JSONLogHandler.write(level: "warning", "a library wrote", ["text": text])
    }

    /// What is still in the pipe when the process ends, such as the message of a trap.
    ///
    /// Runs in signal handlers: system calls only, no allocation, no locks (signal-safety(7)).
    private static func drain() {
        let (from, to) = (source.load(ordering: .relaxed), target.load(ordering: .relaxed))
        guard from >= 0 else { return }
        _ = fcntl(from, F_SETFL, O_NONBLOCK)
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
            while true {
                let count = read(from, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                put("{\"level\":\"critical\",\"message\":\"the process ended\",\"text\":\"", to)
                for index in 0..<count {
                    switch buffer[index] {
                    case 0x22, 0x5C: buffer[index] = 0x27
                    case 0x20...0x7E: break
                    default: buffer[index] = 0x20
                    }
                }
                _ = Glibc.write(to, buffer.baseAddress, count)
                put("\"}\n", to)
            }
        }
    }

    private static func put(_ text: StaticString, _ descriptor: Int32) {
        _ = Glibc.write(descriptor, text.utf8Start, text.utf8CodeUnitCount)
    }
}
