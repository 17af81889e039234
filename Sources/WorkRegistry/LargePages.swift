internal import Glibc

/// Arrays of gigabytes that are read here and there.
///
/// Much of the time of such reads goes into finding out where a page of 4 KiB lies. Pages of 2 MiB, which Linux gives whoever
/// asks (`transparent_hugepage`, madvise(2)), made a look among a million works a third shorter. Where there are none,
/// everything works as well, and takes longer.
extension Array {
    /// Below it, an array is as any other. In bytes.
    private static var leastByteCount: Int { 4 << 20 }

    /// An empty array with room for so many elements.
    init(roomInLargePages capacity: Int) {
        self.init()
        reserveCapacity(capacity)
        let byteCount = self.capacity * MemoryLayout<Element>.stride
        guard byteCount >= Self.leastByteCount else { return }
        unsafe withUnsafeMutableBufferPointer { elements in
            guard let start = elements.baseAddress else { return }
            let page = UInt(getpagesize())
            let address = UInt(bitPattern: start)
            let first = (address + page - 1) / page * page
            let end = (address + UInt(byteCount)) / page * page
            guard first < end else { return }
            // Advice: whether it is followed changes nothing but the time.
            _ = unsafe madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_HUGEPAGE)
        }
    }

    /// The same element again and again.
    init(repeating element: Element, inLargePages count: Int) {
        self.init(roomInLargePages: count)
        append(contentsOf: repeatElement(element, count: count))
    }

    /// To be called before `additional` elements are appended: growing would move a large array to common pages.
    mutating func makeRoomInLargePages(for additional: Int) {
        guard count + additional > capacity, capacity * MemoryLayout<Element>.stride >= Self.leastByteCount / 2 else {
            return
        }
        var larger = Array(roomInLargePages: Swift.max(2 * count, count + additional))
        larger.append(contentsOf: self)
        self = larger
    }
}
