import Foundation
import GRDB
import Glibc
import SurgeCore
import TestKit
import Testing

@testable import Records

@Suite("The database by SQLite's own check")
struct DatabaseCheckTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/heatsink.sqlite" }

    init() throws { folder = try TemporaryFolder() }

    /// Two rows in each table: one with all columns, one with only those that must be.
    private static func fill(_ database: Database, _ number: inout Int) throws {
        let tables = try String.fetchAll(
            database,
            sql:
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%'"
        )
        for table in tables {
            let columns = try Row.fetchAll(database, sql: "PRAGMA table_info(\(table))")
            for isWhole in [true, false] {
                number += 1
                let values = columns.map { column -> DatabaseValue in
                    let isNeeded = (column["notnull"] as Bool) || (column["pk"] as Int) > 0
                    guard isWhole || isNeeded else { return .null }
                    switch column["type"] as String {
                    case "TEXT": return "text \(number)".databaseValue
                    case "REAL": return (Double(number) + 0.5).databaseValue
                    case "BLOB": return Data([1]).databaseValue
                    default: return number.databaseValue
                    }
                }
                let places = columns.map { _ in "?" }.joined(separator: ", ")
                try database.execute(
                    sql: "INSERT INTO \(table) VALUES (\(places))",
                    arguments: StatementArguments(values)
                )
            }
        }
    }

    private static func integrity(_ database: Database) throws -> [String] {
        try String.fetchAll(database, sql: "PRAGMA integrity_check")
    }

    @Test("Every table passes the integrity check of the SQLite that is here, whichever version its rows are from")
    func tables() throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        var number = 0
        let migrator = SQLiteSchema.migrator.disablingDeferredForeignKeyChecks()
        for step in migrator.migrations {
            try migrator.migrate(queue, upTo: step)
            try queue.write { try Self.fill($0, &number) }
        }
        #expect(try queue.read(Self.integrity) == ["ok"])
    }

    @Test("The key's columns come first in every table without row ids")
    func order() throws {
        let queue = try DatabaseQueue(path: path)
        try SQLiteSchema.migrator.migrate(queue)
        try queue.read { database in
            let tables = try String.fetchAll(
                database,
                sql: "SELECT name FROM pragma_table_list WHERE wr AND schema = 'main'"
            )
            #expect(tables.contains("job_files"))
            for table in tables {
                let places = try Int.fetchAll(database, sql: "SELECT pk FROM pragma_table_info(?)", arguments: [table])
                let key = places.filter { $0 > 0 }
                #expect(Array(places.prefix(key.count)) == Array(1...key.count), "\(table)")
            }
        }
    }

    @Test("A database of the version before keeps its jobs' files, and they still go with their jobs")
    func migration() async throws {
        let queue = try DatabaseQueue(path: path)
        try SQLiteSchema.migrator.migrate(queue, upTo: "4: rights")
        try await queue.write { database in
            try database.execute(
                sql: """
                    INSERT INTO accounts (id, name, plan, created_at) VALUES ('acct_1', 'one', 'free', 1);
                    INSERT INTO jobs (id, account, created_at, fingerprint, request, rung, status, finished_at, expires_at)
                        VALUES ('job_1', 'acct_1', 1, 'f', '{}', '512', 'completed', 2, 3);
                    INSERT INTO job_files (job, digest, is_input, position)
                        VALUES ('job_1', 'photo', 1, 0), ('job_1', 'mask', 1, 1), ('job_1', 'picture', 0, 0);
                    """
            )
        }
        try queue.close()
        let store = try SQLiteStore(path: path)
        #expect(try await store.job(JobID(rawValue: "job_1"))?.inputs == ["photo", "mask"])
        #expect(try await store.needed(among: ["picture", "other"]) == ["picture"])
        #expect(try DatabaseCheck.problems(at: path) == [])
        #expect(try await store.forgetJobs(expiredBefore: Instant(microseconds: 10)) == 1)
        #expect(try await store.needed(among: ["photo", "mask", "picture"]) == [])
    }

    @Test("What SQLite finds wrong is told")
    func damage() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE a (id INTEGER PRIMARY KEY);
                    CREATE TABLE b (a INTEGER REFERENCES a (id));
                    """
            )
        }
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA foreign_keys = OFF; INSERT INTO b VALUES (7)")
        }
        #expect(try DatabaseCheck.problems(at: path).count == 1)
        #expect(throws: RecordsError.self) { try DatabaseCheck.problems(at: folder.path + "/none.sqlite") }
    }

    @Test("A server that has examined its database keeps SQLite's lock on it: no other process takes it for unused")
    func lock() throws {
        for _ in 0..<2 {
            #expect(try SQLiteStore.examine(path: path, seconds: 10) == .sound)
            try PrivateFiles.touch(path)
            let store = try SQLiteStore(path: path)
            #expect(try isLocked())
            try PrivateFiles.touch(path)
            #expect(try isLocked())
            _ = store.isInPlace
        }
    }

    /// Whether somebody holds SQLite's shared lock (https://www.sqlite.org/fileformat.html#the_lock_byte_page). Asked by a
    /// lock of the open file, which is in the way of this process's own locks as well.
    private func isLocked() throws -> Bool {
        let queryCommand: Int32 = 36  // F_OFD_GETLK
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 0x4000_0002
        lock.l_len = 510
        // It stays open: closing it would end the locks that are looked for.
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        try #require(descriptor >= 0)
        try #require(fcntl(descriptor, queryCommand, &lock) == 0)
        return lock.l_type != Int16(F_UNLCK)
    }
}
