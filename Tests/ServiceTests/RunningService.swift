import Records

@testable import Service

/// Runs a service beside `body`, and stops it after.
func running(_ service: JobService, _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await service.run() }
        do {
            try await body()
        } catch {
            await service.stop()
            throw error
        }
        await service.stop()
        group.cancelAll()
        try await group.waitForAll()
    }
}

/// Waits until a job has ended.
@discardableResult
func end(of job: JobSnapshot, in service: JobService) async throws -> JobSnapshot {
    let watch = await service.watch(job.record.id, wantsProgress: false)
    for await _ in watch.events {}
    return try await service.job(job.record.id, account: job.record.account)
}
