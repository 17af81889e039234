internal import Foundation
internal import StrictJSON

/// Pictures inside of JSON: data URLs (RFC 2397) with base64 (RFC 4648).
enum PictureURL {
    /// What stands before the comma, as in `data:image/png;base64`.
    private static let longestHead = 256

    /// The URL in an object of the form `{"image_url": "data:…"}`.
    static func text(in value: JSONValue, parameter: String) throws(APIError) -> String {
        guard case .object(let object) = value else {
            throw .invalid(parameter, "'\(parameter)' must be an object with 'image_url'.")
        }
        if let id = object["file_id"], id != .null {
            throw .invalid(
                parameter,
                "Files are not kept here: send 'image_url' with a data URL, not 'file_id'."
            )
        }
        guard case .string(let url) = object["image_url"] else {
            throw .invalid(parameter, "'\(parameter).image_url' must be a string: a data URL.")
        }
        return url
    }

    /// The picture's bytes. Line breaks and spaces within the base64 are passed over, and padding may be missing.
    static func bytes(_ url: String, parameter: String) throws(APIError) -> [UInt8] {
        // Fetching other people's addresses would make this server a tool against them.
        guard let comma = url.utf8.prefix(longestHead).firstIndex(of: UInt8(ascii: ",")), isData(url[..<comma]) else {
            throw .invalid(
                parameter,
                "'\(parameter).image_url' must be a data URL, as in 'data:image/png;base64,…'; others are not fetched."
            )
        }
        guard let bytes = decoded(url[comma...].utf8.dropFirst()) else {
            throw .invalid(parameter, "'\(parameter).image_url' is not valid base64.", code: "invalid_image")
        }
        return bytes
    }

    private static func isData(_ head: Substring) -> Bool {
        let head = head.lowercased()
        return head.hasPrefix("data:") && head.hasSuffix(";base64")
    }

    private static func decoded(_ text: Substring.UTF8View.SubSequence) -> [UInt8]? {
        var base64 = Data(text)
        // One look for each kind of white space is far cheaper than a copy, and most pictures have none.
        let spaces: [UInt8] = [0x0A, 0x0D, 0x20, 0x09]
        if spaces.contains(where: { base64.firstIndex(of: $0) != nil }) { base64.removeAll { spaces.contains($0) } }
        let sign = UInt8(ascii: "=")
        for _ in 0..<2 where base64.last == sign { base64.removeLast() }
        guard base64.last != sign, base64.count % 4 != 1 else { return nil }
        base64.append(contentsOf: repeatElement(sign, count: (4 - base64.count % 4) % 4))
        return Data(base64Encoded: base64).map(Array.init)
    }
}
