/// Why a model could not be loaded or run.
public enum InferenceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no model of that name.
    case unknownModel(id: String, installed: [String])
    /// A model's folder cannot be used as it is.
    case invalidManifest(path: String, reason: String)
    /// A file that a manifest names is not there.
    case missingFile(path: String)
    /// A file is not the one that the manifest names.
    case checksumMismatch(path: String)
    /// The runtime said no.
    case runtime(operation: String, reason: String)
    /// The models folder is not there.
    case noModels(path: String)
    /// A picture that cannot be begun as asked.
    case invalidRequest(reason: String)
    /// A state that is damaged, or not one at all.
    case invalidState(reason: String)
    /// A state that another model began, or another version of this one.
    case stateOfAnotherModel(id: String, model: String)

    /// A message for a person, with the remedy where there is one.
    public var description: String {
        switch self {
        case .unknownModel(let id, let installed):
            "there is no model '\(id)'; installed: \(installed.sorted().joined(separator: ", "))"
        case .invalidManifest(let path, let reason):
            "\(path): \(reason)"
        case .missingFile(let path):
            "\(path) is missing; `make setup` fetches it"
        case .checksumMismatch(let path):
            "\(path) does not have the SHA-256 that its manifest names; delete it and run `make setup`"
        case .runtime(let operation, let reason):
            "the inference runtime failed to \(operation): \(reason)"
        case .noModels(let path):
            "there are no models in \(path); run `make setup`, or name the folder with models.directory"
        case .invalidRequest(let reason):
            "the picture cannot be begun: \(reason)"
        case .invalidState(let reason):
            "the picture cannot be gone on with: \(reason)"
        case .stateOfAnotherModel(let id, let model):
            id == model
                ? "the picture was begun with other weights or settings of '\(id)'; it must begin anew"
                : "the picture was begun by the model '\(id)', not by '\(model)'"
        }
    }
}
