internal import GRDB

/// A change of a database that no server would make.
public enum DatabaseChange {
    public static func run(_ sql: String, on path: String) throws {
        try DatabaseQueue(path: path).inDatabase { try $0.execute(sql: sql) }
    }
}
