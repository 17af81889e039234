/// Whether a colour profile can be meant for a picture, by its header (ICC.1:2022, 7.2).
enum ColourProfile {
    static let headerBytes = 128

    /// - Parameters:
    ///   - header: the profile's first 128 bytes.
    ///   - length: how long it really is.
    ///   - channels: of the picture, without alpha.
    static func fits(_ header: [UInt8], length: Int, channels: Int) -> Bool {
        guard header.count >= headerBytes, length <= PictureLayout.largestProfile else { return false }
        let stated = header[0..<4].reduce(0) { $0 << 8 | Int($1) }
        guard stated >= headerBytes, stated <= length else { return false }
        guard Array(header[36..<40]) == Array("acsp".utf8) else { return false }
        let space = String(decoding: header[16..<20], as: Unicode.ASCII.self)
        return switch channels {
        case 1: space == "GRAY"
        case 3: space == "RGB "
        case 4: space == "CMYK"
        default: false
        }
    }
}
