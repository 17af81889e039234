internal import Dispatch
internal import Foundation
internal import GRDB

extension SQLiteStore {
    /// What an examination has shown.
    public enum Examination: Hashable, Sendable {
        case sound
        /// It would have taken longer than allowed; up to there, nothing was found.
        case unfinished
    }

    /// Looks for damage in a database's file before anything is written to it: SQLite's own quick check, which reads the
    /// whole file (https://www.sqlite.org/pragma.html#pragma_quick_check). Blocks.
    ///
    /// - Parameter seconds: the most that it may take.
    /// - Throws: ``RecordsError/damaged(path:reason:)``, ``RecordsError/cannotOpen(path:reason:)``.
    public static func examine(path: String, seconds: Double) throws(RecordsError) -> Examination {
        let size = ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.intValue ?? 0
        // There is none yet.
        guard size > 0 else { return .sound }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // Until its time, a cancelled item is kept with all that it holds.
            let limit = DispatchWorkItem { [weak queue] in queue?.interrupt() }
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: limit)
            defer {
                limit.cancel()
                try? queue.close()
            }
            let complaints = try queue.inDatabase { try String.fetchAll($0, sql: "PRAGMA quick_check") }
            if let damage = complaints.first(where: isDamage) { throw RecordsError.damaged(path: path, reason: damage) }
            return .sound
        } catch let error as RecordsError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            return .unfinished
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            throw .damaged(path: path, reason: error.message ?? "\(error)")
        } catch {
            throw .cannotOpen(path: path, reason: "\(error)")
        }
    }

    /// Whether a line of the check's answer speaks of a broken file. Some versions of SQLite complain of values in tables
    /// without row ids that are as they should be.
    private static func isDamage(_ line: String) -> Bool {
        line != "ok" && !line.contains(" value in ") && !line.contains(" value for ")
    }
}
