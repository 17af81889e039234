internal import CISAL

/// zlib streams (RFC 1950) by ISA-L.
enum ZlibStream {
    static func compress(_ data: [UInt8]) throws(ImagingError) -> [UInt8] {
        let bound = hs_zlib_bound(data.count)
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            count = unsafe data.withUnsafeBufferPointer { source in
                unsafe hs_zlib_compress(source.baseAddress, source.count, target.baseAddress, bound)
            }
        }
        guard !compressed.isEmpty else { throw .encodingFailed(reason: "the compression failed") }
        return compressed
    }
}
