internal import GRDB
internal import SurgeCore

/// Where pictures come from.
extension SQLiteStore {
    public func made(_ digest: String) async throws(RecordsError) -> MadeRecord? {
        try await read {
            try Row.fetchOne($0, sql: "SELECT * FROM made WHERE digest = ?", arguments: [digest]).map(MadeRecord.init)
        }
    }

    public func made(mark: UInt64) async throws(RecordsError) -> [MadeRecord] {
        try await read {
            try Row.fetchAll(
                $0,
                sql: "SELECT * FROM made WHERE mark = ? ORDER BY at, digest LIMIT 1000",
                arguments: [Int64(bitPattern: mark)]
            ).map(MadeRecord.init)
        }
    }

    /// Whether any picture was made here that carries a watermark.
    public func hasMarkedPictures() async throws(RecordsError) -> Bool {
        try await read {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM made WHERE mark IS NOT NULL)") ?? false
        }
    }
}

extension MadeRecord {
    fileprivate init(_ row: Row) {
        self.init(
            digest: row["digest"],
            model: row["model"],
            isEdit: row["is_edit"],
            at: Instant(microseconds: row["at"]),
            mark: (row["mark"] as Int64?).map { UInt64(bitPattern: $0) }
        )
    }
}
