internal import GRDB

extension RecordsError {
    /// What SQLite or the store says, by its kind (https://www.sqlite.org/rescode.html).
    init(_ error: any Error) {
        switch error {
        case let error as RecordsError: self = error
        case let error as DatabaseError: self = RecordsError(error)
        // The one who asked has gone.
        case is CancellationError: self = .unavailable(reason: "the question was cancelled")
        default: self = .database(reason: "\(error)")
        }
    }

    private init(_ error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .busy(reason: "\(error)")
        case .SQLITE_FULL: self = .full(reason: "\(error)")
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_NOMEM, .SQLITE_INTERRUPT, .SQLITE_PERM,
            .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .unavailable(reason: "\(error)")
        default: self = .database(reason: "\(error)")
        }
    }
}

extension DatabaseError {
    /// Whether it is the transaction that failed, whatever was in it: trying its changes one by one would only take
    /// longer.
    var isOfTransaction: Bool {
        RecordsError(self).mayPass
    }
}
