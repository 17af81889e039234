internal import GRDB
public import SurgeCore

/// Forgetting an account or a job, with what belongs to it.
extension SQLiteStore {
    public func forget(_ job: JobID, of account: AccountID) async throws(RecordsError) -> [String]? {
        try await committer.commit { database in
            let files = try String.fetchAll(
                database,
                sql: """
                    SELECT digest FROM job_files JOIN jobs ON jobs.id = job_files.job
                    WHERE jobs.id = ?1 AND jobs.account = ?2 AND jobs.finished_at IS NOT NULL
                    """,
                arguments: [job.rawValue, account.rawValue]
            )
            try database.execute(
                sql: "DELETE FROM jobs WHERE id = ? AND account = ? AND finished_at IS NOT NULL",
                arguments: [job.rawValue, account.rawValue]
            )
            guard database.changesCount > 0 else { return nil }
            try database.execute(sql: "DELETE FROM shares WHERE job = ?", arguments: [job.rawValue])
            return files
        }
    }

    public func forget(_ account: AccountID) async throws(RecordsError) -> ForgottenAccount {
        let forgotten = try await delete(account)
        // What was deleted is still in the log.
        await checkpointer.empty()
        return forgotten
    }

    private func delete(_ account: AccountID) async throws(RecordsError) -> ForgottenAccount {
        try await committer.commit { database in
            let own: StatementArguments = [account.rawValue]
            func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql, arguments: own) ?? 0 }
            let forgotten = ForgottenAccount(
                jobs: try count("SELECT count(*) FROM jobs WHERE account = ?"),
                pictures: try count(
                    "SELECT count(*) FROM job_files JOIN jobs ON jobs.id = job WHERE account = ? AND NOT is_input"
                ),
                shares: try count("SELECT count(*) FROM shares WHERE account = ?"),
                files: try String.fetchAll(
                    database,
                    sql: """
                        SELECT digest FROM job_files JOIN jobs ON jobs.id = job WHERE account = ?1
                        UNION SELECT digest FROM shares WHERE account = ?1
                        """,
                    arguments: own
                ),
                inputs: try String.fetchSet(
                    database,
                    sql: "SELECT digest FROM job_files JOIN jobs ON jobs.id = job WHERE account = ? AND is_input",
                    arguments: own
                )
            )
            // What was decided stays, without whose it was and without their words.
            for table in ["decision_texts", "appeals"] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE decision IN (SELECT id FROM decisions WHERE account = ?)",
                    arguments: own
                )
            }
            try database.execute(sql: "UPDATE decisions SET account = NULL WHERE account = ?", arguments: own)
            for table in ["shares", "jobs", "passkeys", "keys"] {
                // The names are the four above.
                try database.execute(sql: "DELETE FROM \(table) WHERE account = ?", arguments: own)
            }
            try database.execute(sql: "DELETE FROM accounts WHERE id = ?", arguments: own)
            return forgotten
        }
    }
}
