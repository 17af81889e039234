internal import Imaging
internal import Records

extension PaintError {
    /// What this failure says of another try.
    var fault: Fault {
        switch self {
        case .blocked, .notInstalled, .missingUpload: .lasting
        case .imaging(let error): error.fault
        case .records(let error): error.mayPass ? .environment : .passing
        // A file may be back, memory or descriptors may be free again, a certificate may be renewed. None of these can be
        // told from what fails each time.
        case .uploadUnreadable, .inference, .rightsFailed, .cannotSign: .passing
        }
    }

    /// What decoding an upload has said, if the file can be read at all: a decoder does not tell a broken file from one
    /// that it could not open.
    init(_ error: ImagingError, reading digest: String, in files: FileStore) {
        do {
            try files.checkReadable(digest)
            self = .imaging(error)
        } catch {
            self = .uploadUnreadable(error.description)
        }
    }
}

extension ImagingError {
    fileprivate var fault: Fault {
        switch self {
        case .tooManyPixels, .tooSmall, .tooLong, .tooExpensive, .animated, .noAlpha: .lasting
        case .unknownFormat, .empty, .damaged: .doubtful
        case .encodingFailed, .libraryUnavailable: .passing
        }
    }
}
