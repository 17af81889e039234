public import Imaging
public import Records

/// Why a picture could not be painted.
public enum PaintError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An uploaded file is gone.
    case missingUpload
    /// The upload's file cannot be read now.
    case uploadUnreadable(String)
    /// The upload turned out to be broken after all.
    case imaging(ImagingError)
    case records(RecordsError)
    /// The model failed.
    case inference(String)
    /// The request names something that is no longer installed.
    case notInstalled(String)
    /// Something speaks against the picture.
    case blocked(RightsFinding)
    /// A check or a signature could not be made. Nothing leaves unchecked.
    case rightsFailed(String)
    /// It is not the certificate's time, and no picture may leave unsigned.
    case cannotSign

    /// For the log.
    public var description: String {
        switch self {
        case .missingUpload: "an uploaded file is gone"
        case .uploadUnreadable(let reason): reason
        case .imaging(let error): error.description
        case .records(let error): error.description
        case .inference(let reason): reason
        case .notInstalled(let what): "\(what) is not installed any more"
        case .blocked(let finding):
            "the \(finding.place.rawValue) is not passed on (\(finding.rule)): \(finding.reason)"
        case .rightsFailed(let reason): reason
        case .cannotSign: "it is not the certificate's time, and no picture may leave unsigned"
        }
    }

    /// What the job's owner is told: their own input's faults in full, ours in general.
    public var failure: FailureRecord {
        switch self {
        case .imaging(let error): FailureRecord(code: "invalid_image", message: error.description)
        case .blocked(let finding):
            FailureRecord(
                code: finding.isForReview ? "held_for_review" : "moderation_blocked",
                message: finding.reason
            )
        case .cannotSign:
            FailureRecord(
                code: "signing_unavailable",
                message: "the picture cannot be signed now: the server's certificate is not valid; the fault is ours"
            )
        case .missingUpload, .uploadUnreadable, .records, .inference, .notInstalled, .rightsFailed:
            FailureRecord(code: "internal_error", message: "the picture could not be painted; the fault is ours")
        }
    }
}
