internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records
internal import Service
internal import StrictJSON

/// Reads a request's body in either of its forms. Uploads go to disk as they arrive; memory stays flat.
struct BodyReader: Sendable {
    /// Limits from the API, and three of our own: of the body as a form, as JSON, and as JSON without pictures.
    enum Limit {
        static let image = 50 * 1_000_000
        static let mask = 4 * 1_000_000
        static let images = 16
        static let form = 112 * 1_000_000
        static let json = 24 * 1_000_000
        /// All texts at their longest, each character as two escapes of six bytes.
        static let words = 512 * 1024
        /// 32,000 characters of four bytes.
        static let text = 128_000
        /// What is collected before it is written.
        static let chunk = 256 * 1024
    }

    private static let pictureFields = ["image", "images", "mask"]

    let quota: UploadQuota
    let blocking: BlockingWork
    /// The fields that are read, beside the pictures.
    var names = FieldSet.names

    /// The form that a body comes in.
    enum Form: Hashable, Sendable {
        case json
        /// JSON without pictures.
        case words
        case multipart(contentType: String)

        /// Of the body, in bytes.
        var limit: Int {
            switch self {
            case .json: Limit.json
            case .words: Limit.words
            case .multipart: Limit.form
            }
        }
    }

    /// The form that the headers announce. Nothing of the body is read.
    ///
    /// - Parameter wordsOnly: whether pictures, and so forms, are refused.
    static func form(_ headers: HTTPFields, wordsOnly: Bool = false) throws(APIError) -> Form {
        let contentType = headers[.contentType] ?? ""
        let mediaType = contentType.prefix { $0 != ";" }.trimmingWhitespace().lowercased()
        let form: Form
        switch mediaType {
        case "multipart/form-data" where !wordsOnly: form = .multipart(contentType: contentType)
        case "application/json": form = wordsOnly ? .words : .json
        default:
            let accepted = wordsOnly ? "application/json" : "multipart/form-data or application/json"
            throw .unsupportedMediaType(
                "The content type must be \(accepted), not '\(TextLimit.excerpt(mediaType))'."
            )
        }
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > form.limit {
            throw .bodyTooLarge(limit: form.limit)
        }
        return form
    }

    /// Reads a body up to its end, or up to what is wrong with it.
    ///
    /// - Parameter sender: whose bytes count together.
    func read(_ body: RequestBody, as form: Form, from sender: Sender) async throws -> FieldSet {
        var pieces = body.makeAsyncIterator()
        switch form {
        case .json, .words: return try await readJSON(&pieces, form, sender)
        case .multipart(let contentType): return try await readForm(&pieces, contentType: contentType, sender)
        }
    }

    // MARK: JSON

    private func readJSON(
        _ pieces: inout RequestBody.AsyncIterator,
        _ form: Form,
        _ sender: Sender
    ) async throws -> FieldSet {
        var held = 0
        defer { quota.giveBackJSON(held, sender) }
        var bytes: [UInt8] = []
        while let buffer = try await pieces.next() {
            guard bytes.count + buffer.readableBytes <= form.limit else {
                throw APIError.bodyTooLarge(limit: form.limit)
            }
            try quota.takeJSON(buffer.readableBytes, sender)
            held += buffer.readableBytes
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        var values = try await JSONBody.object(
            bytes,
            limits: JSONLimits(bytes: form.limit),
            keeping: names.union(Self.pictureFields),
            on: blocking
        )
        bytes = []
        if form == .words { try Self.refusePictures(values) }
        var images: [FieldSet.Upload] = []
        switch values.removeValue(forKey: "images") {
        case nil, .null: break
        case .array(let list):
            guard list.count <= Limit.images else {
                throw APIError.invalid("images", "At most \(Limit.images) images.")
            }
            for (index, item) in list.enumerated() {
                images.append(try await keep(item, parameter: "images[\(index)]", limit: Limit.image, sender))
            }
        case .some(let other):
            throw APIError.invalid("images", "'images' must be an array of objects, not \(other.typeName).")
        }
        var mask: FieldSet.Upload?
        if let value = values.removeValue(forKey: "mask"), value != .null {
            mask = try await keep(value, parameter: "mask", limit: Limit.mask, sender)
        }
        return FieldSet(values: values, isForm: false, images: images, mask: mask)
    }

    private static func refusePictures(_ values: [String: JSONValue]) throws(APIError) {
        for name in pictureFields {
            switch values[name] {
            case nil, .null: continue
            case .array(let list)? where list.isEmpty: continue
            default: throw .invalid(name, "'\(name)' is for POST /v1/images/edits; here, words are all that is taken.")
            }
        }
    }

    /// Keeps a picture that came as a data URL.
    private func keep(
        _ value: JSONValue,
        parameter: String,
        limit: Int,
        _ sender: Sender
    ) async throws -> PendingUpload {
        let url = try PictureURL.text(in: value, parameter: parameter)
        return try await blocking.run { [quota] in
            let bytes = try PictureURL.bytes(url, parameter: parameter)
            guard bytes.count < limit else { throw Self.fileTooLarge(parameter, limit) }
            let upload = try quota.begin(sender)
            try upload.append(bytes)
            try upload.seal()
            return upload
        }
    }

    fileprivate static func fileTooLarge(_ parameter: String, _ limit: Int) -> APIError {
        .invalid(parameter, "The file must be smaller than \(limit / 1_000_000) MB.", code: "image_too_large")
    }

    // MARK: Forms

    private func readForm(
        _ pieces: inout RequestBody.AsyncIterator,
        contentType: String,
        _ sender: Sender
    ) async throws -> FieldSet {
        var form = FormCollector(quota: quota, blocking: blocking, names: names, sender: sender)
        do {
            var parser = try MultipartParser(contentType: contentType)
            while let buffer = try await pieces.next() {
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
        /// What was sent of it so far is on disk, but for the last piece. `isNamed`: the client gave it a file name.
        case file(name: String, isNamed: Bool, upload: PendingUpload?, pending: [UInt8])
        case ignored
    }

    let quota: UploadQuota
    let blocking: BlockingWork
    /// The fields that are read. Others are passed over, whatever is in them and however often they come.
    let names: Set<String>
    let sender: Sender
    private var part: Part?
    private var values: [String: JSONValue] = [:]
    private var images: [FieldSet.Upload] = []
    private var mask: FieldSet.Upload?

    init(quota: UploadQuota, blocking: BlockingWork, names: Set<String>, sender: Sender) {
        self.quota = quota
        self.blocking = blocking
        self.names = names
        self.sender = sender
    }

    func fieldSet() throws(APIError) -> FieldSet {
        FieldSet(values: values, isForm: true, images: images, mask: mask)
    }

    mutating func take(_ event: MultipartParser.Event) async throws {
        switch event {
        case .part(let name, let fileName): part = try begin(name, fileName)
        case .body(let bytes): try await append(bytes)
        case .endOfPart: try await endPart()
        }
    }

    private func begin(_ name: String, _ fileName: String?) throws -> Part {
        let field = name.hasPrefix("image[") ? "image" : name
        guard field == "image" || field == "mask" else {
            // A file that the API does not define is passed over like any other such field.
            guard names.contains(name), fileName == nil else { return .ignored }
            // The one field that may come several times.
            guard values[name] == nil || name == "scope" else {
                throw APIError.invalid(name, "'\(name)' is given twice.")
            }
            return .text(name: name, bytes: [])
        }
        if field == "mask", mask != nil { throw APIError.invalid("mask", "'mask' is given twice.") }
        guard images.count < BodyReader.Limit.images else {
            throw APIError.invalid("image", "At most \(BodyReader.Limit.images) images.")
        }
        return .file(name: field, isNamed: fileName?.isEmpty == false, upload: nil, pending: [])
    }

    private mutating func append(_ new: [UInt8]) async throws {
        switch part {
        case nil, .ignored: break
        case .text(let name, var bytes):
            // Out of the enumeration while it grows, so that it is not copied each time.
            part = nil
            bytes += new
            guard bytes.count <= BodyReader.Limit.text else {
                throw APIError.invalid(name, "'\(name)' is longer than \(BodyReader.Limit.text) bytes.")
            }
            part = .text(name: name, bytes: bytes)
        case .file(let name, let isNamed, var upload, var pending):
            part = nil
            pending += new
            let limit = name == "mask" ? BodyReader.Limit.mask : BodyReader.Limit.image
            guard (upload?.byteCount ?? 0) + pending.count < limit else {
                throw BodyReader.fileTooLarge(name, limit)
            }
            if pending.count >= BodyReader.Limit.chunk {
                upload = try await write(pending, to: upload)
                pending = []
            }
            part = .file(name: name, isNamed: isNamed, upload: upload, pending: pending)
        }
    }

    private func write(
        _ bytes: [UInt8],
        to upload: PendingUpload?,
        isLast: Bool = false
    ) async throws -> PendingUpload {
        try await blocking.run { [quota, sender] in
            let target = try upload ?? quota.begin(sender)
            try target.append(bytes)
            if isLast { try target.seal() }
            return target
        }
    }

    private mutating func endPart() async throws {
        defer { part = nil }
        switch part {
        case nil, .ignored: break
        // A field that was left empty is as if left out.
        case .text(_, let bytes) where bytes.isEmpty: break
        case .text(let name, let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw APIError.invalid(name, "'\(name)' is not valid UTF-8.")
            }
            if case .string(let before)? = values[name] {
                values[name] = .string("\(before),\(text)")
            } else {
                values[name] = .string(text)
            }
        // What browsers send where no file was chosen.
        case .file(_, false, nil, let pending) where pending.isEmpty: break
        case .file(let name, _, let begun, let pending):
            let upload = try await write(pending, to: begun, isLast: true)
            if name == "mask" { mask = upload } else { images.append(upload) }
        }
    }
}
