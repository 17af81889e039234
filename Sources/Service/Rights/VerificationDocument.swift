internal import BinaryText
internal import ContentCredentials
internal import Foundation
internal import Imaging
internal import Records
internal import SurgeCore

/// What `POST /v1/verify` answers, and `heatsink verify` prints: fields for programs, sentences for people.
package struct VerificationDocument: Sendable {
    private let found: Verification

    package init(_ found: Verification) {
        self.found = found
    }

    package var json: [UInt8] {
        let record = found.record
        var writer = JSONWriter(capacity: 2_048)
        writer.add("object", "verification")
        writer.add("made_here", found.isMadeHere)
        writer.add("is_altered", json: Self.text(found.isAltered))
        writer.add("sha256", found.digest)
        writer.add("format", found.header.format.rawValue)
        writer.add("width", found.header.size.width)
        writer.add("height", found.header.size.height)
        writer.add("made_at", record.map { Int($0.at.unixSeconds) })
        writer.add("model", record?.model)
        writer.add("kind", record.map { $0.isEdit ? "edit" : "generation" })
        writer.add("taken_down", found.takedown != nil)
        writer.add("decision", found.takedown)
        writer.add("credentials", json: found.credentials.map(credentials))
        writer.add("watermark", json: found.mark.map(watermark))
        writer.add("explanation", sentences.joined(separator: " "))
        writer.add("sentences", array: sentences.map(JSONWriter.text))
        return writer.finish()
    }

    private static func text(_ value: Bool?) -> [UInt8]? { value.map { Array(($0 ? "true" : "false").utf8) } }

    private func watermark(_ mark: UInt64) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("id", mark.hexadecimal)
        writer.add("is_known", found.marked != nil)
        writer.add("made_at", found.marked.map { Int($0.at.unixSeconds) })
        writer.add("model", found.marked?.model)
        return writer.finish()
    }

    private func credentials(_ report: CredentialsReport) -> [UInt8] {
        let manifest = report.manifest
        let signer = manifest?.signer
        let statement = manifest?.statement
        var writer = JSONWriter(capacity: 1_024)
        writer.add("verdict", report.verdict.rawValue)
        writer.add("is_own", report.isOwn)
        writer.add("signed_by", signer.flatMap { $0.organisation ?? $0.name })
        writer.add("signed_at", signer?.date.map { Int($0.timeIntervalSince1970) })
        writer.add("generator", manifest?.generator.map(Self.name))
        writer.add("title", manifest?.title)
        writer.add("made_by_model", report.isMadeByModel)
        writer.add("actions", array: (manifest?.actions ?? []).map(Self.action))
        writer.add("ingredients", array: (manifest?.ingredients ?? []).map(Self.ingredient))
        writer.add("policy", statement?.policy?.name)
        writer.add("policy_version", statement?.policy?.version)
        writer.add("policy_actions", array: (statement?.policy?.actions ?? []).map(JSONWriter.text))
        writer.add("labels", array: (statement?.labels ?? []).map(JSONWriter.text))
        writer.add("is_development", statement?.isSignedForDevelopment ?? false)
        writer.add("findings", array: report.findings.map { JSONWriter.text($0.explanation) })
        return writer.finish()
    }

    private static func name(_ software: CredentialsReport.Software) -> String {
        [software.name, software.version].compactMap(\.self).joined(separator: " ")
    }

    private static func action(_ action: CredentialsReport.Action) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("name", action.name)
        writer.add("source", action.sourceType?.split(separator: "/").last.map(String.init))
        writer.add("software", action.software.map(name))
        return writer.finish()
    }

    private static func ingredient(_ ingredient: CredentialsReport.Ingredient) -> [UInt8] {
        var writer = JSONWriter()
        writer.add("title", ingredient.title)
        writer.add("relationship", ingredient.relationship)
        writer.add("has_credentials", ingredient.hasCredentials)
        return writer.finish()
    }

    // MARK: In words

    /// What was found, a sentence each, the most important first.
    package var sentences: [String] {
        [origin, signature, said, mark, takedown].compactMap(\.self)
    }

    private var origin: String {
        if let made = found.made {
            return "This very file was made here \(Self.day(made.at)) by the model '\(made.model)', "
                + (made.isEdit ? "from a photo" : "from words alone") + ". Not a byte of it was changed since."
        }
        if let marked = found.marked {
            return "This is a picture that was made here \(Self.day(marked.at)) by the model '\(marked.model)', "
                + (marked.isEdit ? "from a photo" : "from words alone")
                + (found.credentials?.isOwn == true ? "." : ": its watermark says so. The file was changed since.")
        }
        if found.credentials?.isOwn == true {
            return "This file was signed here and was not changed since. There is no record of it here."
        }
        return "Nothing says that this picture was made here. It may still come from here: a copy that was cut or "
            + "changed a great deal carries neither signature nor watermark."
    }

    private var signature: String? {
        guard let report = found.credentials else { return nil }
        let by = report.manifest?.signer.flatMap { $0.organisation ?? $0.name }.map { "by \($0)" } ?? "by somebody"
        let ofDevelopment =
            report.isOwn && report.manifest?.statement?.isSignedForDevelopment == true
            ? " The certificate is one that this server made for itself: it proves nothing about who runs it." : ""
        switch report.verdict {
        case .absent: return "It carries no content credentials: it never had any, or they were taken off."
        case .trusted: return "Its content credentials are signed \(by), who is trusted here, and hold.\(ofDevelopment)"
        case .valid: return "Its content credentials are signed \(by), who is not known here, and hold."
        case .expired: return "Its content credentials are signed \(by) with a certificate that has ended since."
        case .tampered: return "Its content credentials are signed \(by), but the file was changed after that."
        case .invalid: return "It carries content credentials that are broken, so nothing in them counts."
        }
    }

    private var said: String? {
        guard let report = found.credentials, [.trusted, .valid, .expired].contains(report.verdict) else { return nil }
        let uploads = report.manifest?.ingredients.count { $0.relationship == "parentOf" } ?? 0
        let origin =
            report.isMadeByModel
            ? "They say that a model made it" + (uploads > 0 ? " from a picture that somebody sent." : ".")
            : "They do not say that a model made it."
        let labels = report.manifest?.statement?.labels ?? []
        return ([origin] + labels).joined(separator: " ")
    }

    private var mark: String? {
        guard let mark = found.mark else { return found.made?.mark == nil ? nil : "Its watermark cannot be read." }
        return found.marked == nil
            ? "It carries a watermark of this server (\(mark.hexadecimal)) of which there is no record."
            : "It carries this server's watermark \(mark.hexadecimal)."
    }

    private var takedown: String? {
        found.takedown.map { "It was taken down here, by decision \($0)." }
    }

    private static func day(_ moment: Instant) -> String {
        let date = Date(timeIntervalSince1970: Double(moment.unixSeconds))
        return "on " + date.formatted(.iso8601.year().month().day())
    }
}
