internal import Inference
internal import PromptPolicy
internal import Service
internal import WorkRegistry

/// What can be configured of rights.
struct RightsSettings: Sendable {
    /// A preset's name, or a policy file.
    var policy = PromptPolicy.Preset.considerate.rawValue
    var signs = true
    /// PEM files; empty: the development certificate.
    var certificate = ""
    var key = ""
    /// What happens to pictures while the certificate cannot be used: before its begin and after its end.
    var whenCertificateEnds = CredentialsSigner.Fallback.unsigned
    /// A PEM file with certificates that signed here before; empty: none.
    var formerCertificates = ""
    /// The timestamp authority's address; empty: none is asked.
    var timestamps = ""
    /// A PEM file with whom to trust besides; empty: nobody.
    var trusted = ""
    var marks = true
    var configuration = RightsService.Configuration()

    mutating func read(_ reader: inout SettingsReader) {
        reader.text("rights.policy", &policy, SettingShape.path)
        reader.flag("rights.works", &configuration.comparesWorks)
        var (refuse, review) = (configuration.thresholds.refuse, configuration.thresholds.review)
        reader.integer("rights.works-refuse-at", &refuse, in: 0...WorkThresholds.greatest)
        reader.integer("rights.works-review-at", &review, in: 0...WorkThresholds.greatest)
        var (refusePart, reviewPart) = (
            configuration.thresholds.refuseCorrelation, configuration.thresholds.reviewCorrelation
        )
        reader.seconds("rights.works-part-refuse-at", &refusePart, in: 0...2)
        reader.seconds("rights.works-part-review-at", &reviewPart, in: 0...2)
        do {
            configuration.thresholds = try WorkThresholds(
                refuse: refuse,
                review: review,
                refuseCorrelation: refusePart,
                reviewCorrelation: reviewPart
            )
        } catch {
            reader.note(problem: "rights.works-refuse-at: \(error)")
        }
        reader.flag("rights.credentials", &signs)
        reader.text("rights.certificate", &certificate, SettingShape.path)
        reader.text("rights.certificate-key", &key, SettingShape.path)
        if certificate.isEmpty != key.isEmpty {
            reader.note(problem: "rights.certificate and rights.certificate-key go together; only one of them is set")
        }
        reader.choice("rights.unusable-certificate", &whenCertificateEnds)
        reader.text("rights.former-certificates", &formerCertificates, SettingShape.path)
        reader.text("rights.timestamps", &timestamps, SettingShape.serviceAddress)
        reader.text("rights.trusted-certificates", &trusted, SettingShape.path)
        reader.flag("rights.watermark", &marks)
        readSafety(&reader)
        reader.seconds("rights.text-days", &configuration.textDays, in: 0...3_650)
        reader.seconds("rights.review-days", &configuration.reviewDays, in: 0.01...3_650)
        reader.seconds("rights.contact-days", &configuration.contactDays, in: 0...3_650)
        reader.optionalText("rights.contact", &configuration.contact, SettingShape.contact)
    }

    private mutating func readSafety(_ reader: inout SettingsReader) {
        var mode = configuration.safety.mode
        var (refuse, review) = (configuration.safety.thresholds.refuse, configuration.safety.thresholds.review)
        reader.choice("rights.safety", &mode)
        reader.seconds("rights.safety-refuse-at", &refuse, in: 0...1)
        reader.seconds("rights.safety-review-at", &review, in: 0...1)
        do {
            configuration.safety = SafetyPolicy(
                mode: mode,
                thresholds: try SafetyThresholds(refuse: refuse, review: review)
            )
        } catch {
            reader.note(problem: "rights.safety-refuse-at: \(error)")
        }
    }
}
