import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Records
import Service

/// Reads a request's body in either of its forms. Uploads go to disk as they arrive; memory stays flat.
struct BodyReader: Sendable {
    /// Limits from the API, and two of our own: the body as a whole, as a form and as JSON.
    enum Limit {
        static let image = 50 * 1_000_000
        static let mask = 4 * 1_000_000
        static let images = 16
        static let form = 112 * 1_000_000
        static let json = 24 * 1_000_000
        /// 32,000 characters of four bytes.
        static let text = 128_000
        /// What is collected before it is written.
        static let chunk = 256 * 1024
    }

    let files: FileStore
    let blocking: BlockingWork

    /// The form that a body comes in.
    enum Form: Hashable, Sendable {
        case json
        case multipart(contentType: String)
    }

    /// The form that the headers announce. Nothing of the body is read.
    ///
    /// - Parameter jsonOnly: whether forms are refused.
    static func form(_ headers: HTTPFields, jsonOnly: Bool = false) throws(APIError) -> Form {
        let contentType = headers[.contentType] ?? ""
        let mediaType = contentType.prefix { $0 != ";" }.trimmingWhitespace().lowercased()
        let form: Form
        let limit: Int
        switch mediaType {
        case "multipart/form-data" where !jsonOnly: (form, limit) = (.multipart(contentType: contentType), Limit.form)
        case "application/json": (form, limit) = (.json, Limit.json)
        default:
            let accepted = jsonOnly ? "application/json" : "multipart/form-data or application/json"
            throw .unsupportedMediaType("The content type must be \(accepted), not '\(mediaType.prefix(64))'.")
        }
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge(limit) }
        return form
    }

    /// Reads a body to its end, also when it is refused half-way: what is left unread would hold up whoever watches
    /// the connection.
    func read(_ body: RequestBody, as form: Form) async throws -> FieldSet {
        var pieces = body.makeAsyncIterator()
        do {
            switch form {
            case .json: return try await readJSON(&pieces)
            case .multipart(let contentType): return try await readForm(&pieces, contentType: contentType)
            }
        } catch {
            do {
                while try await pieces.next() != nil {}
            } catch {
                // It broke off: that is an end, too.
            }
            throw error
        }
    }

    /// The body's next piece. What breaks off or breaks the rules of HTTP is the sender's fault, not ours.
    private static func next(_ pieces: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await pieces.next()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            var invalid = APIError.invalid(nil, "The body breaks off or is malformed.", code: "invalid_body")
            invalid.headers[.connection] = "close"
            throw invalid
        }
    }

    private static func tooLarge(_ limit: Int) -> APIError {
        .tooLarge("The request is larger than \(limit / 1_000_000) MB, the most that is accepted in this form.")
    }

    // MARK: JSON

    private func readJSON(_ pieces: inout RequestBody.AsyncIterator) async throws -> FieldSet {
        var bytes: [UInt8] = []
        while let buffer = try await Self.next(&pieces) {
            guard bytes.count + buffer.readableBytes <= Limit.json else { throw Self.tooLarge(Limit.json) }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        let values = try JSONValue.object(parsing: bytes)
        bytes = []
        var images: [FieldSet.Upload] = []
        switch values["images"] {
        case nil, .null: break
        case .array(let list):
            guard list.count <= Limit.images else {
                throw APIError.invalid("images", "At most \(Limit.images) images.")
            }
            for (index, item) in list.enumerated() {
                images.append(try await keep(item, parameter: "images[\(index)]", limit: Limit.image))
            }
        case .some(let other):
            throw APIError.invalid("images", "'images' must be an array of objects, not \(other.typeName).")
        }
        var mask: FieldSet.Upload?
        if let value = values["mask"], value != .null {
            mask = try await keep(value, parameter: "mask", limit: Limit.mask)
        }
        return FieldSet(values: values, isForm: false, images: images, mask: mask)
    }

    /// Keeps a picture that came as a data URL.
    private func keep(_ value: JSONValue, parameter: String, limit: Int) async throws -> FieldSet.Upload {
        guard case .object(let object) = value else {
            throw APIError.invalid(parameter, "'\(parameter)' must be an object with 'image_url'.")
        }
        if let id = object["file_id"], id != .null {
            throw APIError.invalid(
                parameter,
                "Files are not kept here: send 'image_url' with a data URL, not 'file_id'."
            )
        }
        guard case .string(let url) = object["image_url"] else {
            throw APIError.invalid(parameter, "'\(parameter).image_url' must be a string: a data URL.")
        }
        // Fetching other people's addresses would make this server a tool against them.
        guard url.hasPrefix("data:"), let comma = url.firstIndex(of: ","), url[..<comma].hasSuffix(";base64") else {
            throw APIError.invalid(
                parameter,
                "'\(parameter).image_url' must be a data URL, as in 'data:image/png;base64,…'; others are not fetched."
            )
        }
        guard let data = Data(base64Encoded: String(url[url.index(after: comma)...])) else {
            throw APIError.invalid(parameter, "'\(parameter).image_url' is not valid base64.", code: "invalid_image")
        }
        guard data.count < limit else { throw fileTooLarge(parameter, limit) }
        let files = files
        let bytes = Array(data)
        let digest = try await blocking.run { () throws(RecordsError) in try files.write(bytes) }
        return FieldSet.Upload(digest: digest, byteCount: bytes.count)
    }

    private func fileTooLarge(_ parameter: String, _ limit: Int) -> APIError {
        .invalid(parameter, "The file must be smaller than \(limit / 1_000_000) MB.", code: "image_too_large")
    }

    // MARK: Forms

    private func readForm(
        _ pieces: inout RequestBody.AsyncIterator,
        contentType: String
    ) async throws -> FieldSet {
        var form = FormCollector(files: files, blocking: blocking)
        do {
            var parser = try MultipartParser(contentType: contentType)
            var total = 0
            while let buffer = try await Self.next(&pieces) {
                total += buffer.readableBytes
                guard total <= Limit.form else { throw Self.tooLarge(Limit.form) }
                for event in try parser.feed(buffer.readableBytesView) { try await form.take(event) }
            }
            try parser.finish()
        } catch let failure as MultipartParser.Failure {
            throw APIError.invalid(nil, failure.message, code: "invalid_multipart")
        }
        return try form.fieldSet()
    }
}

extension MultipartParser.Failure {
    fileprivate var message: String {
        switch self {
        case .noBoundary: "The content type has no boundary, or one longer than 70 characters."
        case .headersTooLong: "The headers of a part are too long."
        case .malformedHeaders: "The headers of a part are malformed."
        case .tooManyParts: "The form has too many parts."
        case .incomplete: "The form is incomplete: its last boundary is missing."
        }
    }
}

/// Gathers a form's parts: text in memory, pictures on disk.
private struct FormCollector {
    private enum Part {
        case text(name: String, bytes: [UInt8])
        case file(name: String, writer: FileWriter, pending: [UInt8])
        case ignored
    }

    let files: FileStore
    let blocking: BlockingWork
    private var part: Part?
    private var values: [String: JSONValue] = [:]
    private var images: [FieldSet.Upload] = []
    private var mask: FieldSet.Upload?

    init(files: FileStore, blocking: BlockingWork) {
        self.files = files
        self.blocking = blocking
    }

    func fieldSet() throws(APIError) -> FieldSet {
        FieldSet(values: values, isForm: true, images: images, mask: mask)
    }

    mutating func take(_ event: MultipartParser.Event) async throws {
        switch event {
        case .part(let name, let fileName, _):
            part = try await begin(name, isFile: fileName != nil)
        case .body(let bytes):
            try await append(bytes)
        case .endOfPart:
            try await endPart()
        }
    }

    private func begin(_ name: String, isFile: Bool) async throws -> Part {
        let isPicture = isFile || name == "image" || name == "mask" || name.hasPrefix("image[")
        guard isPicture else {
            guard values[name] == nil || !FieldSet.names.contains(name) else {
                throw APIError.invalid(name, "'\(name)' is given twice.")
            }
            return .text(name: name, bytes: [])
        }
        let field = name.hasPrefix("image[") ? "image" : name
        // A file that the API does not define is passed over like any other such field.
        guard field == "image" || field == "mask" else { return .ignored }
        if field == "mask", mask != nil { throw APIError.invalid("mask", "'mask' is given twice.") }
        guard images.count < BodyReader.Limit.images else {
            throw APIError.invalid("image", "At most \(BodyReader.Limit.images) images.")
        }
        let files = files
        let writer = try await blocking.run { () throws(RecordsError) in try files.makeWriter() }
        return .file(name: field, writer: writer, pending: [])
    }

    private mutating func append(_ new: [UInt8]) async throws {
        switch part {
        case nil, .ignored: break
        case .text(let name, let bytes):
            guard bytes.count + new.count <= BodyReader.Limit.text else {
                throw APIError.invalid(name, "'\(name)' is longer than \(BodyReader.Limit.text) bytes.")
            }
            part = .text(name: name, bytes: bytes + new)
        case .file(let name, let writer, var pending):
            part = nil
            pending += new
            let limit = name == "mask" ? BodyReader.Limit.mask : BodyReader.Limit.image
            guard writer.count + pending.count < limit else {
                throw APIError.invalid(
                    name,
                    "The file must be smaller than \(limit / 1_000_000) MB.",
                    code: "image_too_large"
                )
            }
            if pending.count >= BodyReader.Limit.chunk {
                let chunk = pending
                try await blocking.run { () throws(RecordsError) in try writer.append(chunk) }
                pending = []
            }
            part = .file(name: name, writer: writer, pending: pending)
        }
    }

    private mutating func endPart() async throws {
        switch part {
        case nil, .ignored: break
        case .text(let name, let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw APIError.invalid(name, "'\(name)' is not valid UTF-8.")
            }
            // The one field that may come several times.
            if name == "scope", case .string(let before)? = values[name] {
                values[name] = .string("\(before),\(text)")
            } else {
                values[name] = .string(text)
            }
        case .file(let name, let writer, let pending):
            let count = writer.count + pending.count
            let digest = try await blocking.run { () throws(RecordsError) in
                try writer.append(pending)
                return try writer.finish()
            }
            let upload = FieldSet.Upload(digest: digest, byteCount: count)
            if name == "mask" { mask = upload } else { images.append(upload) }
        }
        part = nil
    }
}
