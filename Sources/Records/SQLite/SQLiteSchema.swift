internal import GRDB

/// The tables, as steps that are never changed once they were released: only added to.
enum SQLiteSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: accounts, keys, jobs") { database in
            try database.execute(
                sql: """
                    CREATE TABLE accounts (
                        id TEXT PRIMARY KEY NOT NULL,
                        name TEXT NOT NULL,
                        plan TEXT NOT NULL,
                        created_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE keys (
                        digest TEXT PRIMARY KEY NOT NULL,
                        prefix TEXT NOT NULL,
                        account TEXT NOT NULL REFERENCES accounts (id),
                        created_at INTEGER NOT NULL,
                        revoked_at INTEGER
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE jobs (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        account TEXT NOT NULL REFERENCES accounts (id),
                        created_at INTEGER NOT NULL,
                        fingerprint TEXT NOT NULL,
                        idempotency_key TEXT,
                        request TEXT NOT NULL,
                        rung TEXT NOT NULL,
                        status TEXT NOT NULL,
                        started_at INTEGER,
                        finished_at INTEGER,
                        expires_at INTEGER NOT NULL,
                        delivered_at INTEGER,
                        attempts INTEGER NOT NULL DEFAULT 0,
                        pictures TEXT NOT NULL DEFAULT '[]',
                        failure TEXT
                    ) STRICT;
                    CREATE UNIQUE INDEX jobs_by_key ON jobs (account, idempotency_key)
                        WHERE idempotency_key IS NOT NULL;
                    CREATE INDEX jobs_by_fingerprint ON jobs (account, fingerprint);
                    CREATE INDEX jobs_by_account ON jobs (account, sequence);
                    CREATE INDEX jobs_unfinished ON jobs (sequence) WHERE status IN ('queued', 'running');
                    CREATE INDEX jobs_by_expiry ON jobs (expires_at) WHERE finished_at IS NOT NULL;

                    -- Which files a job needs: what it was given, and what it made.
                    CREATE TABLE job_files (
                        job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                        digest TEXT NOT NULL,
                        is_input INTEGER NOT NULL,
                        position INTEGER NOT NULL,
                        PRIMARY KEY (job, is_input, position)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX job_files_by_digest ON job_files (digest);

                    -- One row for each end of a job: there is never a second. Not unique on purpose, so that a fault
                    -- would be seen here rather than hidden.
                    CREATE TABLE settlements (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        job TEXT NOT NULL,
                        account TEXT NOT NULL,
                        status TEXT NOT NULL,
                        pictures INTEGER NOT NULL,
                        cost_device_seconds REAL NOT NULL,
                        at INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX settlements_by_job ON settlements (job);
                    """
            )
        }
        migrator.registerMigration("2: plans, allowances, credits, deadlines") { database in
            try database.execute(
                sql: """
                    ALTER TABLE accounts ADD COLUMN daily_allowance INTEGER;
                    ALTER TABLE accounts ADD COLUMN granted_millicredits INTEGER;
                    ALTER TABLE accounts ADD COLUMN spent_millicredits INTEGER NOT NULL DEFAULT 0;

                    ALTER TABLE jobs ADD COLUMN task_count INTEGER NOT NULL DEFAULT 1;
                    ALTER TABLE jobs ADD COLUMN given_rung TEXT;
                    ALTER TABLE jobs ADD COLUMN deadline INTEGER;

                    ALTER TABLE settlements ADD COLUMN millicredits INTEGER NOT NULL DEFAULT 0;
                    -- The day on which the job was asked for: its pictures count against that day's allowance.
                    ALTER TABLE settlements ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
                    UPDATE settlements SET day = at / 86400000000;
                    CREATE INDEX settlements_by_account ON settlements (account, day);

                    -- Changes of plans that were made while the server ran.
                    CREATE TABLE plan_overrides (
                        plan TEXT PRIMARY KEY NOT NULL,
                        settings TEXT NOT NULL,
                        changed_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("3: pages") { database in
            try database.execute(
                sql: """
                    ALTER TABLE accounts ADD COLUMN is_guest INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE accounts ADD COLUMN is_operator INTEGER NOT NULL DEFAULT 0;

                    -- A browser's session is a key, too: one that ends, and with the key that it was made from.
                    ALTER TABLE keys ADD COLUMN is_session INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE keys ADD COLUMN expires_at INTEGER;
                    ALTER TABLE keys ADD COLUMN parent TEXT;
                    CREATE INDEX keys_by_account ON keys (account);
                    CREATE INDEX keys_by_expiry ON keys (expires_at) WHERE expires_at IS NOT NULL;

                    ALTER TABLE jobs ADD COLUMN lowered_because TEXT;
                    CREATE INDEX jobs_completed ON jobs (account, sequence) WHERE status = 'completed';

                    CREATE TABLE passkeys (
                        id TEXT PRIMARY KEY NOT NULL,
                        account TEXT NOT NULL REFERENCES accounts (id),
                        name TEXT NOT NULL,
                        content TEXT NOT NULL,
                        created_at INTEGER NOT NULL,
                        used_at INTEGER
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX passkeys_by_account ON passkeys (account);

                    -- A share keeps its picture, however long the job that made it is kept.
                    CREATE TABLE shares (
                        id TEXT PRIMARY KEY NOT NULL,
                        account TEXT NOT NULL REFERENCES accounts (id),
                        job TEXT NOT NULL,
                        task INTEGER NOT NULL,
                        picture TEXT NOT NULL,
                        digest TEXT NOT NULL,
                        model TEXT NOT NULL,
                        words TEXT,
                        created_at INTEGER NOT NULL,
                        expires_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX shares_by_account ON shares (account, created_at);
                    CREATE INDEX shares_by_digest ON shares (digest);
                    CREATE INDEX shares_by_expiry ON shares (expires_at);

                    -- Every picture that was made here, without whose it was: for whoever asks where one comes from.
                    CREATE TABLE made (
                        digest TEXT PRIMARY KEY NOT NULL,
                        model TEXT NOT NULL,
                        is_edit INTEGER NOT NULL,
                        at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE audit (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        at INTEGER NOT NULL,
                        account TEXT NOT NULL,
                        name TEXT NOT NULL,
                        action TEXT NOT NULL,
                        target TEXT NOT NULL,
                        detail TEXT NOT NULL,
                        reason TEXT NOT NULL
                    ) STRICT;

                    -- Work that an operator has put off, until when.
                    CREATE TABLE holds (
                        kind TEXT NOT NULL,
                        target TEXT NOT NULL,
                        until INTEGER NOT NULL,
                        PRIMARY KEY (kind, target)
                    ) STRICT, WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("4: rights") { database in
            try database.execute(
                sql: """
                    -- The id that a picture's watermark carries, as the bits of a signed number.
                    ALTER TABLE made ADD COLUMN mark INTEGER;
                    CREATE INDEX made_by_mark ON made (mark, at) WHERE mark IS NOT NULL;

                    CREATE TABLE ledger (
                        sequence INTEGER PRIMARY KEY NOT NULL,
                        at INTEGER NOT NULL,
                        kind TEXT NOT NULL,
                        subject TEXT NOT NULL,
                        actor TEXT NOT NULL,
                        detail TEXT NOT NULL,
                        previous TEXT NOT NULL,
                        hash TEXT NOT NULL
                    ) STRICT;
                    -- Mistakes are kept out here; who means to tamper is found by the chain.
                    CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger
                        BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
                    CREATE TRIGGER ledger_is_not_shortened BEFORE DELETE ON ledger
                        BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;

                    CREATE TABLE decisions (
                        id TEXT PRIMARY KEY NOT NULL,
                        kind TEXT NOT NULL,
                        state TEXT NOT NULL,
                        at INTEGER NOT NULL,
                        changed_at INTEGER NOT NULL,
                        policy TEXT NOT NULL,
                        rule TEXT,
                        reason TEXT NOT NULL,
                        account TEXT,
                        job TEXT,
                        digest TEXT,
                        picture TEXT,
                        expires_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX decisions_held ON decisions (at) WHERE state = 'held';
                    CREATE INDEX decisions_by_account ON decisions (account) WHERE account IS NOT NULL;
                    CREATE INDEX decisions_by_digest ON decisions (digest) WHERE digest IS NOT NULL;

                    CREATE TABLE decision_texts (
                        decision TEXT PRIMARY KEY NOT NULL REFERENCES decisions (id) ON DELETE CASCADE,
                        text TEXT NOT NULL,
                        salt TEXT NOT NULL,
                        expires_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX decision_texts_by_expiry ON decision_texts (expires_at);

                    CREATE TABLE appeals (
                        decision TEXT PRIMARY KEY NOT NULL REFERENCES decisions (id) ON DELETE CASCADE,
                        at INTEGER NOT NULL,
                        text TEXT NOT NULL,
                        contact TEXT,
                        state TEXT NOT NULL,
                        decided_at INTEGER,
                        answer TEXT
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX appeals_open ON appeals (at) WHERE state = 'open';

                    -- `change` is the entry of the ledger that came with it.
                    CREATE TABLE opt_out_events (
                        change INTEGER PRIMARY KEY NOT NULL,
                        at INTEGER NOT NULL,
                        event TEXT NOT NULL
                    ) STRICT;
                    CREATE TABLE opt_out_contacts (
                        id TEXT PRIMARY KEY NOT NULL,
                        contact TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE works (
                        id TEXT PRIMARY KEY NOT NULL,
                        change INTEGER NOT NULL,
                        claim TEXT NOT NULL,
                        print BLOB NOT NULL,
                        registered_at INTEGER NOT NULL,
                        withdrawn_at INTEGER
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX works_by_change ON works (change);

                    CREATE TABLE taken_down (
                        digest TEXT PRIMARY KEY NOT NULL,
                        decision TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX taken_down_by_decision ON taken_down (decision);

                    CREATE TABLE cleared_uploads (
                        digest TEXT PRIMARY KEY NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("5: what uploads were cleared of") { database in
            try database.execute(
                sql: """
                    -- `change` is the entry of the ledger at which it was cleared: works that were registered later count.
                    CREATE TABLE cleared (
                        digest TEXT PRIMARY KEY NOT NULL,
                        change INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    INSERT INTO cleared SELECT digest, (SELECT coalesce(max(sequence), 0) FROM ledger) FROM cleared_uploads;
                    DROP TABLE cleared_uploads;
                    ALTER TABLE cleared RENAME TO cleared_uploads;
                    """
            )
        }
        migrator.registerMigration("6: columns in the order of their key", migrate: orderColumns)
        migrator.registerMigration("7: sums of settlements", migrate: addSums)
        migrator.registerMigration("8: contacts with a date") { database in
            try database.execute(
                sql: """
                    CREATE TABLE contacts (
                        id TEXT PRIMARY KEY NOT NULL,
                        contact TEXT NOT NULL,
                        at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    -- When the older ones came was not kept: their time begins now.
                    INSERT INTO contacts SELECT id, contact, CAST(strftime('%s', 'now') AS INTEGER) * 1000000
                    FROM opt_out_contacts;
                    DROP TABLE opt_out_contacts;
                    ALTER TABLE contacts RENAME TO opt_out_contacts;
                    """
            )
        }
        return migrator
    }
}
