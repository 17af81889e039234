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
    /// The line that is being read, as far as it came, and how long that is. Of the relay alone, and of a signal handler when
    /// the relay rests.
    private nonisolated(unsafe) static let line = UnsafeMutablePointer<UInt8>.allocate(capacity: longestLine)
    private static let lineLength = Atomic<Int>(0)
    /// Whether the relay has bytes that are neither in the pipe any more, nor in ``line``, nor written.
    private static let isRelaying = Atomic<Bool>(false)

    /// To be called once. Where it fails, standard error stays as it is.
    static func capture() {
        var ends: [Int32] = [-1, -1]
        guard source.load(ordering: .relaxed) < 0, pipe(&ends) == 0 else { return }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        let real = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard real >= 0, dup2(ends[1], STDERR_FILENO) >= 0 else { return }
        close(ends[1])
        // Made now: a signal handler must not.
        lineLength.store(0, ordering: .sequentiallyConsistent)
        isRelaying.store(false, ordering: .sequentiallyConsistent)
        line.initialize(repeating: 0, count: longestLine)
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
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            // While it waits, everything that is not written is in the pipe, or a part of a line.
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, -1) > 0 else {
                if errno == EINTR { continue }
                return
            }
            isRelaying.store(true, ordering: .sequentiallyConsistent)
            let count = read(descriptor, &buffer, buffer.count)
            let wasInterrupted = count < 0 && errno == EINTR
            for byte in buffer.prefix(max(0, count)) { take(byte) }
            isRelaying.store(false, ordering: .sequentiallyConsistent)
            guard count > 0 || wasInterrupted else { return }
        }
    }

    private static func take(_ byte: UInt8) {
        var length = lineLength.load(ordering: .relaxed)
        if byte != 0x0A {
            line[length] = byte
            length += 1
            lineLength.store(length, ordering: .sequentiallyConsistent)
        }
        guard byte == 0x0A || length == longestLine else { return }
        report(Array(UnsafeBufferPointer(start: line, count: length)))
        lineLength.store(0, ordering: .sequentiallyConsistent)
    }

    private static func report(_ line: [UInt8]) {
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { return }
        JSONLogHandler.write(level: "warning", "a library wrote", ["text": text])
    }

    /// What is not written yet when the process ends, such as the message of a trap: what the relay has read of it, and what is
    /// still in the pipe.
    ///
    /// Runs in signal handlers: system calls only, no allocation, no locks (signal-safety(7)).
    private static func drain() {
        let (from, to) = (source.load(ordering: .relaxed), target.load(ordering: .relaxed))
        guard from >= 0 else { return }
        _ = fcntl(from, F_SETFL, O_NONBLOCK)
        writeLine(to)
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
            while true {
                let count = read(from, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                write(last: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), to)
            }
        }
        // The relay may have been quicker with the rest.
        writeLine(to)
    }

    /// Writes what the relay has of a line, when it rests, or after a second: a relay that waits for a lock of the thread that
    /// ends the process never does.
    private static func writeLine(_ descriptor: Int32) {
        var waits = 0
        while isRelaying.load(ordering: .sequentiallyConsistent), waits < 100 {
            _ = poll(nil, 0, 10)
            waits += 1
        }
        let length = lineLength.exchange(0, ordering: .sequentiallyConsistent)
        guard length > 0 else { return }
        write(last: UnsafeMutableRawBufferPointer(start: line, count: length), descriptor)
    }

    private static func write(last bytes: UnsafeMutableRawBufferPointer, _ descriptor: Int32) {
        put("{\"level\":\"critical\",\"message\":\"the process ended\",\"text\":\"", descriptor)
        for index in bytes.indices {
            switch bytes[index] {
            case 0x22, 0x5C: bytes[index] = 0x27
            case 0x20...0x7E: break
            default: bytes[index] = 0x20
            }
        }
        _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        put("\"}\n", descriptor)
    }

    private static func put(_ text: StaticString, _ descriptor: Int32) {
        _ = Glibc.write(descriptor, text.utf8Start, text.utf8CodeUnitCount)
    }
}
