internal import Foundation
internal import NIOCore
internal import NIOFoundationCompat

/// Reads answers. Pictures in them are only looked for, never decoded: they are megabytes of text.
enum AnswerDocuments {
    struct Images: Decodable {
        let data: [Picture]

        var pictures: Int { data.count { $0.isThere } }
    }

    /// Also the data of an event.
    struct Picture: Decodable {
        let type: String?
        let isThere: Bool

        private enum CodingKeys: String, CodingKey {
            case type, b64_json, url
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            type = try container.decodeIfPresent(String.self, forKey: .type)
            let hasBytes = try container.contains(.b64_json) && !container.decodeNil(forKey: .b64_json)
            let hasLink = try container.contains(.url) && !container.decodeNil(forKey: .url)
            isThere = hasBytes || hasLink
        }
    }

    struct Failure: Decodable {
        struct Reason: Decodable {
            let code: String?
        }

        let error: Reason?
    }

    struct Job: Decodable {
        struct Estimate: Decodable {
            let low_seconds: Double?
            let high_seconds: Double?
        }

        let id: String
        let status: String
        let eta: Estimate?
        let result: Images?
        let error: Failure.Reason?
    }

    static func read<Document: Decodable>(_ type: Document.Type, _ bytes: ByteBuffer) -> Document? {
        try? JSONDecoder().decode(type, from: bytes)
    }
}
