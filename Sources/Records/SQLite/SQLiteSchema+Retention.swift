internal import GRDB

extension SQLiteSchema {
    /// Room for what old settlements are summed up to.
    static func addSums(in database: Database) throws {
        try database.execute(
            sql: """
                -- Settlements of an account that were summed up, by the day on which their jobs were asked for.
                CREATE TABLE settlement_days (
                    account TEXT NOT NULL,
                    day INTEGER NOT NULL,
                    status TEXT NOT NULL,
                    jobs INTEGER NOT NULL,
                    pictures INTEGER NOT NULL,
                    cost_device_seconds REAL NOT NULL,
                    millicredits INTEGER NOT NULL,
                    PRIMARY KEY (account, day, status)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX settlements_by_day ON settlements (day);
                CREATE INDEX made_by_time ON made (at);
                CREATE INDEX decisions_by_change ON decisions (changed_at);
                """
        )
    }
}
