internal import GRDB

/// Records in one SQLite file: write-ahead log, every commit synced to the disk, many changes to a commit.
public final class SQLiteStore: RecordStore {
    let pool: DatabasePool
    let committer: GroupCommitter
    let checkpointer: WALCheckpointer
    private let place: DatabasePlace

    /// Opens or makes the database, and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - lockSeconds: how long a change waits for another process that writes.
    ///   - mayChangeTables: asked only when the tables are not up to date; false where another process uses them as they
    ///     are.
    /// - Throws: ``RecordsError/cannotOpen(path:reason:)``, ``RecordsError/tooNew(path:)``,
    ///   ``RecordsError/inUseByOlder(path:)``.
    public init(
        path: String,
        lockSeconds: Double = 5,
        mayChangeTables: () throws -> Bool = { true }
    ) throws(RecordsError) {
        var configuration = Configuration()
        // The command line works on the same file while the server runs.
        configuration.busyMode = .timeout(lockSeconds)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // The log is copied back beside the commits, see `WALCheckpointer`. Should that fall behind, a commit does it:
            // at 64 MiB.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 16384")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            let migrator = SQLiteSchema.migrator
            if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw RecordsError.tooNew(path: path) }
            if try !pool.read({ try migrator.hasCompletedMigrations($0) }) {
                guard try mayChangeTables() else { throw RecordsError.inUseByOlder(path: path) }
                try migrator.migrate(pool)
            }
        } catch let error as RecordsError {
            throw error
        } catch {
            throw .cannotOpen(path: path, reason: "\(error)")
        }
        checkpointer = WALCheckpointer(path: path)
        place = DatabasePlace(path: path)
        committer = GroupCommitter(writer: pool, place: place, checkpointer: checkpointer)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(RecordsError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw RecordsError(error)
        }
    }

    public func check() async throws(RecordsError) {
        // The number means nothing (https://www.sqlite.org/pragma.html#pragma_user_version); that it changes makes the
        // commit a real one.
        try await committer.commit { database in
            let number = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            try database.execute(sql: "PRAGMA user_version = \((number &+ 1) & 0xFFFF)")
        }
    }

    public var isInPlace: Bool { (try? place.check()) != nil }
}
