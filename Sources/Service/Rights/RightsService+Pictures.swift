internal import BinaryText
internal import ContentCredentials
internal import Crypto
internal import Foundation
public import Imaging
internal import Inference
internal import PromptPolicy
internal import Records
internal import SurgeCore
internal import Synchronization
internal import WorkRegistry

/// What is sent and what was painted. All of this blocks: not to be called on Swift's cooperative threads.
extension RightsService {
    /// What has to be looked at of an upload that is about to be painted.
    ///
    /// - Parameter shape: what it will be cut to about its middle; nil: nothing is cut off.
    func checks(of digest: String, cutTo shape: PixelSize?) throws(PaintError) -> [UploadCheck] {
        let (version, clearedAt) = state.withLock { ($0.worksVersion, $0.cleared[digest]) }
        var views = [UploadView.whole]
        if let shape {
            do {
                views = UploadView.all(of: try decoder.header(of: .file(files.path(of: digest))).size, cutTo: shape)
            } catch {
                throw PaintError(error, reading: digest, in: files)
            }
        }
        return views.map { UploadCheck(digest: digest, view: $0, worksVersion: version, clearedAt: clearedAt) }
    }

    /// Looks at an upload's file, unless nothing was found in the same look before.
    ///
    /// - Parameter decoded: the same view as painting has decoded it, which saves decoding it again where it is large enough.
    /// - Returns: why it is refused or held; nil: it is clear.
    func examine(_ check: UploadCheck, decoded: Raster?) throws(PaintError) -> RightsFinding? {
        guard isChecking, !isClear(check.digest, check.view) else { return nil }
        if let decoded, UploadView.isEnough(decoded) {
            return try examine(upload: check.digest, decoded, as: check.view)
        }
        let picture: Raster
        do {
            picture = try decode(check)
        } catch {
            throw PaintError(error, reading: check.digest, in: files)
        }
        return try examine(upload: check.digest, picture, as: check.view)
    }

    /// Bytes of memory that decoding takes for a look; 0: nothing is decoded for it.
    func decodingBytes(of check: UploadCheck, decoded: Raster?) -> Int {
        guard isChecking, !isClear(check.digest, check.view), !(decoded.map(UploadView.isEnough) ?? false),
            let header = try? decoder.header(of: .file(files.path(of: check.digest)))
        else { return 0 }
        let size = if case .middle(let shape) = check.view { shape } else { header.size }
        return header.decodingBytes + 2 * 3 * UploadView.lookedAt(size).area
    }

    private var isChecking: Bool {
        let comparesWorks = configuration.comparesWorks && registeredWorkCount > 0
        return comparesWorks || (configuration.safety.mode != .off && instruments.classifier != nil)
    }

    private func decode(_ check: UploadCheck) throws(ImagingError) -> Raster {
        let opened = try decoder.open(.file(files.path(of: check.digest)))
        return switch check.view {
        case .whole:
            try decoder.decode(opened, fitting: UploadView.lookedAt(opened.header.size).longerSide)
        case .middle(let shape): try decoder.decode(opened, filling: UploadView.lookedAt(shape))
        }
    }

    private func isClear(_ digest: String, _ view: UploadView) -> Bool {
        state.withLock { $0.clear[State.Seen(digest: digest, view: view)] == $0.worksVersion }
    }

    /// Looks at a picture that was sent. - Returns: why it is refused or held; nil: it is clear.
    ///
    /// - Parameters:
    ///   - picture: what `view` says of the upload.
    ///   - view: what is remembered when nothing is found holds for this view alone.
    public func examine(
        upload digest: String,
        _ picture: Raster,
        as view: UploadView = .whole
    ) throws(PaintError) -> RightsFinding? {
        // Before the look: works that come while it lasts are looked for the next time.
        let (version, clearedAt) = state.withLock { ($0.worksVersion, $0.cleared[digest]) }
        guard !isClear(digest, view) else { return nil }
        var finding = try examine(picture, as: .upload, clearedAt: clearedAt)
        finding?.digest = digest
        if finding == nil {
            state.withLock { state in
                if state.clear.count >= Self.mostRemembered { state.clear = [:] }
                state.clear[State.Seen(digest: digest, view: view)] = version
            }
        }
        return finding
    }

    /// Looks at a picture that was painted.
    ///
    /// - Parameter photo: the upload whose content it shows in another manner: whatever is not for everybody in it was in
    ///   that, and works that the upload was cleared of are passed over. nil: it has content of its own.
    func examine(output picture: Raster, showing photo: String? = nil) throws(PaintError) -> RightsFinding? {
        let clearedAt = photo.flatMap { photo in state.withLock { $0.cleared[photo] } }
        var finding = try examine(picture, as: .output, isJudged: photo != nil, clearedAt: clearedAt)
        // Of a picture that is refused only the upload is left: an appeal that is won clears that.
        finding?.digest = photo
        return finding
    }

    private func examine(
        _ picture: Raster,
        as place: RightsFinding.Place,
        isJudged: Bool = false,
        clearedAt: Int64? = nil
    ) throws(PaintError) -> RightsFinding? {
        // A person has looked at what was cleared, and for everything that was known then.
        let safety = isJudged || clearedAt != nil ? nil : try judge(picture, place)
        if let safety, !safety.isForReview { return safety }
        let works = try compare(picture, place, withWorksAfter: clearedAt)
        // A refusal goes before a review, and a person who has to look at it looks for everything.
        guard let works else { return safety }
        return works.isForReview ? safety ?? works : works
    }

    /// - Parameter change: the entry of the ledger up to which works are passed over; nil: none are.
    private func compare(
        _ picture: Raster,
        _ place: RightsFinding.Place,
        withWorksAfter change: Int64?
    ) throws(PaintError) -> RightsFinding? {
        guard configuration.comparesWorks, registeredWorkCount > 0 else { return nil }
        let changes = change == nil ? [:] : state.withLock { $0.workChanges }
        return try metrics.timed(.works) { () throws(PaintError) in
            let fingerprint: PictureFingerprint
            do {
                fingerprint = try PictureFingerprint(
                    rgb: picture.bytes,
                    width: picture.size.width,
                    height: picture.size.height
                )
            } catch {
                throw .rightsFailed("fingerprint: \(error)")
            }
            let scope: RegisteredWork.Scope = place == .upload ? .uploads : .outputs
            let verdict = registry.withLock { registry in
                registry.verdict(on: fingerprint, as: scope) { work in
                    guard let change else { return true }
                    return (changes[work.id] ?? 0) > change
                }
            }
            guard let match = verdict.match else { return nil }
            let isForReview = if case .review = verdict { true } else { false }
            return RightsFinding(
                place: place,
                isForReview: isForReview,
                rule: match.workID,
                reason: match.description,
                detail: ["work": match.workID, "likeness": match.likeness.summary]
            )
        }
    }

    private func judge(_ picture: Raster, _ place: RightsFinding.Place) throws(PaintError) -> RightsFinding? {
        guard configuration.safety.mode != .off, let classifier = instruments.classifier else { return nil }
        let scores = try metrics.timed(.safety) { () throws(PaintError) in
            do {
                return try classifier.scores(of: picture)
            } catch {
                throw .rightsFailed("safety check: \(error)")
            }
        }
        let verdict = configuration.safety.verdict(sexual: scores.sexual, graphic: scores.graphic)
        let (found, isForReview): (SafetyFinding, Bool)
        switch verdict {
        case .clear: return nil
        case .review(let finding): (found, isForReview) = (finding, true)
        case .refused(let finding): (found, isForReview) = (finding, false)
        }
        return RightsFinding(
            place: place,
            isForReview: isForReview,
            rule: "safety/\(found.kind.rawValue)",
            reason: found.message + (isForReview ? " A person looks at it first." : ""),
            detail: ["score": String((found.score * 1_000).rounded() / 1_000)]
        )
    }

    // MARK: What a picture says of itself

    /// A picture that is ready to leave.
    struct Finished: Sendable {
        let bytes: [UInt8]
        let mark: UInt64?
    }

    /// Marks, encodes and signs a picture.
    func finish(_ picture: Raster, of request: PaintRequest) throws(PaintError) -> Finished {
        let id = markID(of: picture)
        let marked = try mark(picture, id: id)
        let bytes: [UInt8]
        do {
            bytes = try (marked ?? picture).encoded(as: request.encoding)
        } catch {
            throw .imaging(error)
        }
        let mark = marked == nil ? nil : id
        guard let signer = instruments.signer else { return Finished(bytes: bytes, mark: mark) }
        let credentials: ContentCredentials
        switch signer.answer(at: clock.now()) {
        case .sign(let usable): credentials = usable
        case .leaveUnsigned: return Finished(bytes: bytes, mark: mark)
        case .refuse: throw .cannotSign
        }
        return try metrics.timed(.credentials) { () throws(PaintError) in
            do {
                let description = try description(of: request, id: id, mark: mark)
                let signed = try credentials.sign(bytes, as: request.encoding.format, saying: description)
                return Finished(bytes: signed.bytes, mark: mark)
            } catch {
                throw .rightsFailed("credentials: \(error)")
            }
        }
    }

    private func mark(_ picture: Raster, id: UInt64) throws(PaintError) -> Raster? {
        guard let watermark = instruments.watermark else { return nil }
        return try metrics.timed(.watermark) { () throws(PaintError) in
            do {
                return try watermark.mark(picture, id: id)
            } catch {
                throw .rightsFailed("watermark: \(error)")
            }
        }
    }

    /// A picture that a command has painted, as a file: looked at, marked, signed. Blocks.
    ///
    /// - Throws: ``PaintError/blocked(_:)`` when something speaks against it.
    public func file(of picture: Raster, _ request: PaintRequest) throws(PaintError) -> [UInt8] {
        if let finding = try examine(output: picture) { throw .blocked(finding) }
        return try finish(picture, of: request).bytes
    }

    /// The same picture has the same id, so the same request with the same seed paints the same pixels. It says nothing of
    /// anybody, and nobody without the secret can tell it from a picture.
    private func markID(of picture: Raster) -> UInt64 {
        var hash = HMAC<SHA256>(key: SymmetricKey(data: instruments.secret))
        withUnsafeBytes(of: (UInt32(truncatingIfNeeded: picture.size.width).littleEndian)) { hash.update(data: $0) }
        picture.bytes.withUnsafeBytes { hash.update(data: $0) }
        return hash.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func description(
        of request: PaintRequest,
        id: UInt64,
        mark: UInt64?
    ) throws -> ManifestDescription {
        let references = try request.stylePicture.map { [try ingredient($0, "Style")] } ?? []
        let origin: ManifestDescription.Origin =
            request.photo.isEmpty
            ? .generated(references: references)
            : .edited(try ingredient(request.photo, "Upload"), references: references)
        let name = id.hexadecimal
        let note = request.rights
        return ManifestDescription(
            title: "heatsink-\(name.prefix(8)).\(request.encoding.format.fileExtension)",
            origin: origin,
            model: ManifestDescription.Software(name: request.model),
            generator: configuration.generator,
            date: Date(timeIntervalSince1970: Double(clock.now().microseconds) / 1_000_000),
            pictureID: name,
            policy: PictureStatement.Policy(
                name: instruments.policy.name,
                version: instruments.policy.version,
                actions: note?.actions ?? []
            ),
            labels: note?.labels ?? [],
            watermark: mark
        )
    }

    private func ingredient(_ digest: String, _ title: String) throws -> PictureIngredient {
        guard let bytes = files.read(digest) else { throw PaintError.missingUpload }
        let format = try decoder.header(of: .bytes(bytes)).format
        return PictureIngredient(bytes: bytes, format: format, title: title)
    }
}
