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

    /// What a stream unfolds to.
    enum Expansion: Hashable {
        /// Bytes in all.
        case whole(Int)
        /// More than was allowed.
        case more
        /// It is damaged or cut off behind so many bytes.
        case broken(Int)
    }

    /// How many bytes a stream unfolds to; none of them are kept.
    ///
    /// - Parameter limit: where to stop.
    static func expandedSize(_ stream: [UInt8], limit: Int) -> Expansion {
        var total = 0
        let outcome = unsafe stream.withUnsafeBufferPointer { source in
            unsafe hs_zlib_expand(source.baseAddress, source.count, nil, 0, max(0, limit), &total)
        }
        return switch outcome {
        case HS_ZLIB_WHOLE: .whole(total)
        case HS_ZLIB_MORE: .more
        default: .broken(total)
        }
    }

    /// The first bytes of what a stream unfolds to; nil when there are fewer.
    static func expand(_ stream: [UInt8], first count: Int) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, used in
            var total = 0
            _ = unsafe stream.withUnsafeBufferPointer { source in
                unsafe hs_zlib_expand(source.baseAddress, source.count, target.baseAddress, count, count, &total)
            }
            used = min(count, total)
        }
        return bytes.count == count ? bytes : nil
    }
}
