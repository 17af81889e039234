internal import Foundation

/// Whether a file ends as its format says: a cheap sign that it came whole, without decoding a pixel.
///
/// What a broken upload usually lacks is its end. Damage in the middle is found only by decoding.
public enum ImageEnding {
    /// Cameras and editors append things after a JPEG's end.
    private static let tailBytes = 4_096

    /// - Returns: nil for formats without a recognisable end, and for files that cannot be read.
    public static func isPresent(inFile path: String, format: ImageFormat) -> Bool? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let size = try? file.seekToEnd() else { return nil }
        guard (try? file.seek(toOffset: size - min(size, UInt64(tailBytes)))) != nil,
            let tail = try? file.readToEnd()
        else { return nil }
        switch format {
        // The marker EOI (ITU-T T.81, B.1.1.3).
        case .jpeg: return tail.range(of: Data([0xFF, 0xD9]), options: .backwards) != nil
        // The chunk IEND (PNG specification, 11.2.5).
        case .png: return tail.range(of: Data("IEND".utf8), options: .backwards) != nil
        case .webp:
            // RIFF states the size of what follows its first eight bytes.
            guard (try? file.seek(toOffset: 4)) != nil, let bytes = try? file.read(upToCount: 4), bytes.count == 4
            else {
                return nil
            }
            let stated = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return stated + 8 <= size
        case .avif, .heic: return nil
        }
    }
}
