import Glibc
import Service

/// HTTP by hand over a socket, for what no client library would send. Calls block: they belong on threads of their own.
final class RawConnection: Sendable {
    struct Failure: Error {
        let step: String
        let number: Int32
    }

    /// A test that hears nothing for this long has failed.
    private static let patienceSeconds = 120

    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else { throw Failure(step: "connect", number: errno) }
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, length)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, length)
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { throw Failure(step: "send", number: errno) }
            rest = rest.dropFirst(sent)
        }
    }

    /// Sends the same again and again until the other side does not take it any more, or `limit` bytes are out.
    func sendForEver(_ bytes: [UInt8], limit: Int) -> Int {
        var sent = 0
        while sent < limit {
            guard (try? send(bytes)) != nil else { break }
            sent += bytes.count
        }
        return sent
    }

    /// Waits, without reading, until the other side has reset the connection. - Returns: false when it does not.
    func waitForReset() -> Bool {
        var waiting = pollfd(fd: descriptor, events: 0, revents: 0)
        let count = poll(&waiting, 1, Int32(Self.patienceSeconds * 1_000))
        return count == 1 && waiting.revents & Int16(POLLERR | POLLHUP) != 0
    }

    /// What comes until the other side closes or resets, or until it ends with `end`.
    func receive(until end: String? = nil) throws -> String {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 { break }
            guard count > 0 else {
                guard errno == ECONNRESET else { throw Failure(step: "receive", number: errno) }
                break
            }
            received += buffer[..<count]
            if let end, received.ends(with: Array(end.utf8)) { break }
        }
        return String(decoding: received, as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
