/// Takes bytes from the front of what is left, and never past its end.
struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func next() -> UInt8? {
        rest.popFirst()
    }

    /// - Returns: nil when fewer are left; then none is taken.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard (0...rest.count).contains(count) else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A number in network order. - Parameter width: how many bytes it has, eight at most.
    mutating func unsigned(width: Int) -> UInt64? {
        take(width)?.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
