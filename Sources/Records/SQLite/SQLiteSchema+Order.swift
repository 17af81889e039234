internal import GRDB

extension SQLiteSchema {
    /// Puts the columns of a key first.
    ///
    /// SQLite keeps a row of a WITHOUT ROWID table as its key and then the rest. The integrity check of version 3.40, which is
    /// Debian 12's, takes a strict table's columns in the order in which they were declared, and reports values that are there
    /// as missing wherever the two orders differ.
    static func orderColumns(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE ordered_job_files (
                    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                    is_input INTEGER NOT NULL,
                    position INTEGER NOT NULL,
                    digest TEXT NOT NULL,
                    PRIMARY KEY (job, is_input, position)
                ) STRICT, WITHOUT ROWID;
                INSERT INTO ordered_job_files (job, is_input, position, digest)
                    SELECT job, is_input, position, digest FROM job_files;
                DROP TABLE job_files;
                ALTER TABLE ordered_job_files RENAME TO job_files;
                CREATE INDEX job_files_by_digest ON job_files (digest);
                """
        )
    }
}
