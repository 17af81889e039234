internal import GRDB

/// Looks a database over without changing it.
public enum DatabaseCheck {
    /// What is wrong, as SQLite words it; empty: nothing. Reads the whole file.
    ///
    /// - Throws: ``RecordsError/cannotOpen(path:reason:)``.
    public static func problems(at path: String) throws(RecordsError) -> [String] {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            return try DatabaseQueue(path: path, configuration: configuration).read { database in
                let whole = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
                let lonely = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { row in
                    "a row of \(row["table"] as String) belongs to one of \(row["parent"] as String) that is missing"
                }
                return whole + lonely
            }
        } catch {
            throw .cannotOpen(path: path, reason: "\(error)")
        }
    }
}
