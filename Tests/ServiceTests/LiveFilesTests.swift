import Foundation
import Inference
import Logging
import Records
import SurgeCore
import TestKit
import Testing

@testable import Service

/// Files that jobs need which have not ended, with real files and a real database.
@Suite("Files of jobs that have not ended")
struct LiveFilesTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let files: FileStore
    // Files have the machine's own time.
    private let clock = ManualClock(at: WallClock().now())
    private let account: Account

    init() async throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        files = try FileStore(folder: folder.path + "/files")
        account = Account(id: AccountID(rawValue: "acct_1"), name: "one", plan: "free", createdAt: clock.now())
        try await store.create(account)
    }

    /// Keeps a file for each picture; all but a job's first one wait for the gate.
    private struct HalfPainter: Painter {
        let files: FileStore
        let gate = FakePainter(isOpen: false)

        func paint(
            _ request: PaintRequest,
            task: Int,
            rung: Rung,
            onPartial: @Sendable (PictureRecord) async -> Void
        ) async throws(PaintError) -> PictureRecord {
            if task > 0 { _ = try await gate.paint(request, task: task, rung: rung) { _ in } }
            do {
                // Whoever asks for it, the first picture is the same.
                let digest = try files.write(Array("picture \(task)".utf8))
                return PictureRecord(digest: digest, format: "png", width: 1, height: 1, revisedPrompt: "")
            } catch {
                throw .records(error)
            }
        }
    }

    private func makeService(_ painter: any Painter) throws -> JobService {
        var configuration = JobService.Configuration()
        configuration.plans = [Plan(name: "free")]
        configuration.leastFreeBytes = 0
        return JobService(
            store: store,
            files: files,
            painter: painter,
            catalogue: try ModelCatalogue(folder: Repository.models),
            clock: clock,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func request(_ prompt: String, count: Int) -> PaintRequest {
        PaintRequest(
            model: "restyle",
            prompt: prompt,
            photo: Digest.hexadecimal(of: [1]),
            styles: (0..<count).map { .learned(index: $0, revisedPrompt: "style \($0)") },
            rung: "384",
            isDetached: true
        )
    }

    /// As if it had been written so long ago.
    private func age(_ digest: String, bySeconds seconds: Double) throws {
        let date = Date().addingTimeInterval(-seconds)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: files.path(of: digest))
    }

    @Test("A picture of a job that still paints outlives the sweep and the deletion of another job that has it")
    func keepsLivePictures() async throws {
        let painter = HalfPainter(files: files)
        let service = try makeService(painter)
        let digest = Digest.hexadecimal(of: Array("picture 0".utf8))
        try await running(service) {
            let done = try await service.submit(request("done", count: 1), account: account, idempotencyKey: nil)
            try await end(of: done.snapshot, in: service)
            let live = try await service.submit(request("live", count: 2), account: account, idempotencyKey: nil)
                .snapshot
            try await eventually {
                await service.jobs[live.record.id]?.fileDigests.contains(digest) == true
                    && painter.gate.waitingCount == 1
            }
            try age(digest, bySeconds: 7_200)
            try await service.delete(done.snapshot.record.id, account: account.id)
            #expect(files.size(of: digest) != nil)
            await service.sweepOnce()
            #expect(files.size(of: digest) != nil)
            painter.gate.open()
            let ended = try await end(of: live, in: service)
            #expect(ended.record.pictures.map(\.digest).contains(digest))
            // What nothing needs any more goes at once.
            try await service.delete(live.record.id, account: account.id)
            #expect(files.size(of: digest) == nil)
        }
    }

    @Test("A file that was written while pictures are painted is not removed before it is known whose it is")
    func waitsForNewFiles() async throws {
        let painter = HalfPainter(files: files)
        let service = try makeService(painter)
        try await running(service) {
            let live = try await service.submit(request("live", count: 2), account: account, idempotencyKey: nil)
                .snapshot
            try await eventually { painter.gate.waitingCount == 1 }
            let arriving = try files.write(Array("arriving".utf8))
            try await service.removeFiles([arriving])
            #expect(files.size(of: arriving) != nil)
            try age(arriving, bySeconds: 1_800)
            // The service's own sweep may be looking at it just now.
            try await eventually {
                await service.sweepOnce()
                return files.size(of: arriving) == nil
            }
            painter.gate.open()
            try await end(of: live, in: service)
        }
    }

    @Test("Requests of an account that is deleted meanwhile are refused or go with it, and the service goes on")
    func survivesDeletedAccounts() async throws {
        let service = try makeService(FakePainter())
        try await running(service) {
            for round in 0..<20 {
                let id = AccountID(rawValue: "acct_gone_\(round)")
                let gone = Account(id: id, name: "gone", plan: "free", createdAt: clock.now())
                try await store.create(gone)
                let job = try await service.submit(request("a", count: 1), account: gone, idempotencyKey: nil).snapshot
                try await end(of: job, in: service)
                // The first one's answer reached nobody: the same request looks for it before the core is asked.
                async let again = try? service.submit(request("a", count: 1), account: gone, idempotencyKey: nil)
                async let forgotten = try? service.delete(id)
                _ = await (again, forgotten)
                #expect(try await store.account(id) == nil)
                #expect(try await store.jobs(of: id, limit: 10, after: nil).isEmpty)
            }
        }
    }
}
