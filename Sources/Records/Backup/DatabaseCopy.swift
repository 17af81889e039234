internal import GRDB

/// Copies a database as it is at one moment, while others write to it.
enum DatabaseCopy {
    /// - Throws: ``RecordsError/cannotOpen(path:reason:)``.
    static func make(from source: String, to target: String) throws(RecordsError) {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            try PrivateFiles.touch(target)
            let copy = try DatabaseQueue(path: target)
            // All pages in one read: what is written meanwhile waits in the log and is not in the copy.
            try DatabaseQueue(path: source, configuration: configuration).backup(to: copy)
            // One file, whatever mode the source is in: the next server turns its log on again.
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        } catch let error as RecordsError {
            throw error
        } catch {
            throw .cannotOpen(path: source, reason: "\(error)")
        }
    }

    /// Every file that a copy needs, by its digest.
    static func neededFiles(of path: String) throws(RecordsError) -> Set<String> {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            return try DatabaseQueue(path: path, configuration: configuration).read { database in
                try String.fetchSet(database, sql: SQLiteStore.neededFiles)
            }
        } catch {
            throw .cannotOpen(path: path, reason: "\(error)")
        }
    }
}
