internal import Imaging
internal import Inference
internal import Records
internal import Service
internal import StrictJSON
internal import SurgeCore

/// Turns the fields of `POST /v1/images/edits` into a request that can be kept, or says which field is at fault.
struct EditOrder: Sendable {
    /// A request, and how its client wants the answer.
    struct Parsed: Sendable {
        let request: PaintRequest
        let streams: Bool
        /// The files that it is about; gone with this value unless they are kept.
        var uploads: [PendingUpload] = []
    }

    static let qualities = ["low", "medium", "high", "xhigh", "max", "auto", "standard", "hd"]
    /// The second picture of several at full strength, each next one weaker by this.
    private static let strengthStep = 0.1
    /// How much of a photo's details a model that paints from text gives up: what may be asked for, and what is taken
    /// otherwise.
    static let strengths = 0.05...1.0
    static let usualStrength = 0.6
    static let faithfulStrength = 0.4
    /// Of `size`, in bytes: no two sides take more.
    private static let longestSize = 32
    /// A decoded photo whose turn is further away is forgotten by then, and would be decoded twice.
    private static let cacheSeconds = 3.0

    let catalogue: ModelCatalogue
    let models: [String: RestyleModel]
    let defaultModel: String
    let restylePainter: RestylePainter
    let prompts: PromptScreening

    /// - Parameters:
    ///   - account: whose request it is.
    ///   - isDetached: whether the client will come back for the answer.
    ///   - checkAdmission: called when everything but the pictures' content is known to be right, before they are decoded; says
    ///     at which rung they will be painted, as far as that can be known.
    func parse(
        _ fields: FieldSet,
        for account: Account,
        isDetached: Bool,
        checkAdmission: (PaintRequest) async throws -> JobService.Expectation?
    ) async throws -> Parsed {
        let entry = try self.entry(fields)
        let asked = try SharedFields.prompt(fields, "how the photo is to be painted")
        let screened = try await prompts.screen(prompt: asked, style: try SharedFields.style(fields), for: account)
        guard let model = models[entry.manifest.id] else {
            return try await parse(
                fields,
                screened,
                stepwise: entry,
                isDetached: isDetached,
                checkAdmission: checkAdmission
            )
        }
        let shared = try SharedFields(fields, isDetached: isDetached, model: entry, showsPartials: true)
        // A seed changes nothing here, for the same request paints the same picture anyway; it still has to be one.
        _ = try SharedFields.seed(fields)
        guard try fields.number("strength", in: Self.strengths) == nil else {
            throw APIError.invalid(
                "strength",
                "'strength' is for models that paint from text; '\(entry.manifest.id)' always paints the whole photo."
            )
        }
        guard !fields.images.isEmpty else { throw Self.missingPhoto }
        guard fields.images.count <= 2 else {
            throw APIError.invalid("image", "At most two images: the photo, and a picture whose style to paint it in.")
        }
        let hasStylePicture = fields.images.count == 2
        let named = try shared.rung(of: entry)
        let rung = model.rung(forQuality: shared.quality, hasStylePicture: hasStylePicture) ?? named
        let extraStyle = screened.style.map { "\(screened.prompt) \($0)" } ?? screened.prompt
        let request = PaintRequest(
            model: model.entry.manifest.id,
            prompt: screened.prompt,
            photo: fields.images[0].digest,
            stylePicture: hasStylePicture ? fields.images[1].digest : nil,
            mask: fields.mask?.digest,
            styles: styles(count: shared.count, hasStylePicture: hasStylePicture, prompt: extraStyle, model: model),
            outputSize: shared.size,
            outputSide: hasStylePicture ? named.workingSide : nil,
            encoding: shared.encoding,
            requestedQuality: shared.quality,
            rung: rung.name,
            partialImages: shared.partialImages,
            wantsLinks: shared.wantsLinks,
            isDetached: isDetached,
            user: shared.user,
            rights: screened.note
        )
        let expected = try await checkAdmission(request)
        try await examine(
            fields,
            size: shared.size,
            rung: expected?.rung ?? rung,
            isBusy: (expected?.waitSeconds ?? 0) > Self.cacheSeconds
        )
        return Parsed(request: request, streams: shared.streams, uploads: fields.uploads)
    }

    /// An edit by a model that paints from text: it begins with the photo instead of with noise.
    private func parse(
        _ fields: FieldSet,
        _ screened: PromptScreening.Screened,
        stepwise entry: ModelCatalogue.Entry,
        isDetached: Bool,
        checkAdmission: (PaintRequest) async throws -> JobService.Expectation?
    ) async throws -> Parsed {
        let shared = try SharedFields(fields, isDetached: isDetached, model: entry, showsPartials: true)
        let rung = try shared.rung(of: entry)
        let fidelity = try fields.choice("input_fidelity", of: ["high", "low"])
        let usual = fidelity == "high" ? Self.faithfulStrength : Self.usualStrength
        let strength = try fields.number("strength", in: Self.strengths) ?? usual
        let seed = try SharedFields.seed(fields)
        guard let photo = fields.images.first else { throw Self.missingPhoto }
        guard fields.images.count == 1 else {
            throw APIError.invalid(
                "image",
                "The model '\(entry.manifest.id)' begins with one photo; it takes no second."
            )
        }
        let request = PaintRequest(
            model: entry.manifest.id,
            prompt: screened.prompt,
            photo: photo.digest,
            mask: fields.mask?.digest,
            styles: Array(repeating: .prompt, count: shared.count),
            outputSize: shared.size,
            encoding: shared.encoding,
            requestedQuality: shared.quality,
            rung: rung.name,
            partialImages: shared.partialImages,
            wantsLinks: shared.wantsLinks,
            isDetached: isDetached,
            user: shared.user,
            seed: seed,
            strength: strength,
            style: screened.style,
            rights: screened.note
        )
        let expected = try await checkAdmission(request)
        let isBusy = (expected?.waitSeconds ?? 0) > Self.cacheSeconds
        try await examine(fields, size: shared.size, rung: expected?.rung ?? rung, isBusy: isBusy)
        return Parsed(request: request, streams: shared.streams, uploads: fields.uploads)
    }

    // MARK: Single fields

    private func entry(_ fields: FieldSet) throws(APIError) -> ModelCatalogue.Entry {
        let id = try fields.string("model") ?? defaultModel
        let able = catalogue.entries.filter { $0.isStepwise || models[$0.manifest.id] != nil }
        guard let entry = able.first(where: { $0.manifest.id == id }) else {
            let installed = able.map(\.manifest.id).sorted().joined(separator: ", ")
            throw .modelNotFound("There is no model '\(TextLimit.excerpt(id))'. Installed: \(installed).")
        }
        return entry
    }

    private static let missingPhoto = APIError.missing("image", "'image' is missing: the photo to paint.")

    static func size(_ fields: FieldSet) throws(APIError) -> PixelSize? {
        guard let text = try fields.string("size"), text != "auto" else { return nil }
        let rule = "'size' must be 'auto' or WIDTHxHEIGHT, both divisible by 16"
        let parts =
            text.utf8.count > longestSize
            ? []
            : text.split(separator: "x", omittingEmptySubsequences: false)
                .map { JSONParser.integer($0) }
        guard parts.count == 2, let width = parts[0], let height = parts[1], width > 0, height > 0,
            width % 16 == 0, height % 16 == 0
        else { throw .invalid("size", "\(rule); '\(TextLimit.excerpt(text, 32))' is not.") }
        guard max(width, height) <= 3 * min(width, height) else {
            throw .invalid("size", "'size' must have a ratio between 1:3 and 3:1; \(width)x\(height) has not.")
        }
        guard max(width, height) <= 3_840, width * height <= 3_840 * 2_160 else {
            throw .invalid("size", "'size' must be at most 3840x2160 or 2160x3840.")
        }
        return PixelSize(width: width, height: height)
    }

    static func encoding(_ fields: FieldSet) throws(APIError) -> ImageEncoding {
        let names = ImageFormat.writable.map(\.rawValue)
        let name = try fields.choice("output_format", of: names) ?? "png"
        let format = ImageFormat(rawValue: name) ?? .png
        let quality = try fields.integer("output_compression", in: 0...100) ?? 100
        guard format != .png || quality == 100 else {
            throw .invalid("output_compression", "PNG is lossless: 'output_compression' is for 'jpeg' and 'webp'.")
        }
        return ImageEncoding(format: format, quality: quality)
    }

    /// Fields that change nothing here, but whose values must still be ones that the API defines.
    static func checkTolerated(_ fields: FieldSet) throws(APIError) {
        if try fields.choice("background", of: ["transparent", "opaque", "auto"]) == "transparent" {
            throw .invalid("background", "'background' can be 'auto' or 'opaque': paintings have no holes.")
        }
        _ = try fields.choice("input_fidelity", of: ["high", "low"])
        _ = try fields.choice("moderation", of: ["low", "auto"])
        for name in ["frame_count", "frame_duration_ms"] where try fields.integer(name, in: 1...100_000) != nil {
            throw .invalid(name, "'\(name)' is for animations, which are not made here.")
        }
    }

    // MARK: Pictures

    /// Looks at every picture now, so that what is wrong with one is said now and not when its turn comes.
    ///
    /// - Parameter isBusy: the photo's turn is far away. Then its end is looked for instead of decoding it: what is
    ///   wrong in its middle is said when its turn comes.
    private func examine(_ fields: FieldSet, size: PixelSize?, rung: Rung, isBusy: Bool) async throws {
        do {
            try await look(at: fields, size: size, rung: rung, isBusy: isBusy)
        } catch {
            // A decoder does not tell a broken picture from one that cannot be opened just now.
            for upload in fields.uploads { try await restylePainter.checkReadable(at: upload.path) }
            throw error
        }
    }

    private func look(at fields: FieldSet, size: PixelSize?, rung: Rung, isBusy: Bool) async throws {
        let photo = fields.images[0]
        let header = try await checking("image") { () async throws(ImagingError) in
            let path = photo.path
            let header = try await restylePainter.header(at: path)
            if isBusy, await restylePainter.isWhole(photoAt: path, format: header.format) { return header }
            try await restylePainter.examine(
                photo: photo.digest,
                at: path,
                outputSize: size,
                workingSide: rung.workingSide
            )
            return header
        }
        if fields.images.count == 2 {
            try await checking("image") { () async throws(ImagingError) in
                try await restylePainter.examine(stylePictureAt: fields.images[1].path)
            }
        }
        guard let mask = fields.mask else { return }
        let maskSize = try await checking("mask") { () async throws(ImagingError) in
            guard try await restylePainter.header(at: mask.path).format == .png else { throw .unknownFormat }
            return try await restylePainter.examine(maskAt: mask.path)
        }
        guard maskSize == header.size else {
            throw APIError.invalid(
                "mask",
                "The mask is \(maskSize) and the first image is \(header.size); they must be of one size.",
                code: "invalid_image"
            )
        }
    }

    @discardableResult
    private func checking<Value>(
        _ parameter: String,
        _ body: () async throws(ImagingError) -> Value
    ) async throws(APIError) -> Value {
        do {
            return try await body()
        } catch {
            let isLarge: Bool
            switch error {
            case .tooManyPixels, .tooExpensive: isLarge = true
            default: isLarge = false
            }
            let text = parameter == "mask" && error == .unknownFormat ? "a mask is a PNG file" : error.description
            throw .invalid(
                parameter,
                text.prefix(1).uppercased() + text.dropFirst() + ".",
                code: isLarge ? "image_too_large" : "invalid_image"
            )
        }
    }

    // MARK: Styles

    private func styles(
        count: Int,
        hasStylePicture: Bool,
        prompt: String,
        model: RestyleModel
    ) -> [PaintRequest.TaskStyle] {
        if hasStylePicture {
            return (0..<count).map { index in
                let strength = 1 - Self.strengthStep * Double(index)
                let percent = Int((strength * 100).rounded())
                let text = "The first picture, painted in the style of the second, at \(percent) % of its strength."
                return .picture(strength: strength, revisedPrompt: text)
            }
        }
        return model.styles.ranked(for: prompt).prefix(count).enumerated().map { index, match in
            .learned(index: match.style.index, revisedPrompt: Self.sentence(for: match, index: index))
        }
    }

    /// What was made of the prompt, honestly.
    private static func sentence(for match: StyleMatcher.Match, index: Int) -> String {
        let style = "'\(match.style.name)': \(match.style.description)"
        return switch (match.reason, index) {
        case (.name, _): "The photo, painted in the style \(style)."
        case (.words(let words), 0): "The photo, painted in the style \(style) (for: \(words.joined(separator: ", ")))."
        case (.nothingFitted, 0): "The photo, painted in the default style \(style); no style fitted the prompt better."
        default: "The photo, painted in another style, \(style)."
        }
    }
}
