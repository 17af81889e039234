internal import Glibc

extension ImageSource {
    /// The first `count` bytes, or fewer when there are no more.
    func leadingBytes(_ count: Int) -> [UInt8] {
        switch self {
        case .bytes(let bytes):
            return Array(bytes.prefix(count))
        case .file(let path):
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return [] }
            defer { close(descriptor) }
            return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
                used = unsafe max(0, read(descriptor, buffer.baseAddress, count))
            }
        }
    }
}
