internal import Logging
internal import Records
internal import SurgeCore

/// Pictures that could not be painted.
extension JobService {
    /// A picture could not be painted: it is tried again after a while, or its job fails.
    func fail(_ assignment: Assignment, _ error: PaintError) async {
        guard let id = names[assignment.job], let job = jobs[id], !job.isEnding else {
            return await finish(assignment, .failedForGood)
        }
        let fault = await noteFailure(error, of: job)
        // It may have ended while a decision was written down.
        guard jobs[id]?.isEnding == false else { return await finish(assignment, .failedForGood) }
        let now = clock.steady()
        guard case .again(let moment) = retries.failed(assignment.job, fault, at: now) else {
            // A picture that must not be passed on was painted well, and was told of before.
            let isRefused = if case .blocked = error { true } else { false }
            if !isRefused { logger.error("painting failed", metadata: ["job": "\(id)", "reason": "\(error)"]) }
            return await finish(assignment, .failedForGood)
        }
        logger.warning(
            "painting failed and is tried again",
            metadata: ["job": "\(id)", "seconds": "\(moment.seconds(since: now))", "reason": "\(error)"]
        )
        recordsMetrics.noteRetry()
        let keepsState = batch.putAside(assignment.lease)
        core.postpone(assignment.lease, until: moment, keepsState: keepsState, at: now)
        await refill(assignment.lease.worker)
    }

    /// Keeps why a picture failed, in case that its job does. - Returns: whether another try may help.
    private func noteFailure(_ error: PaintError, of job: LiveJob) async -> Fault {
        let id = job.record.id
        guard case .blocked(let finding) = error, let rights else {
            failures[id] = error.failure
            return error.fault
        }
        logger.notice("a picture is not passed on", metadata: ["job": "\(id)", "reason": "\(error)"])
        // The first of a job's pictures decides, and the others wait for that: the job ends with the last of them.
        let account = job.record.account
        let deciding =
            decisions[id]
            ?? Task { () -> Result<FailureRecord, RecordsError> in
                do throws(RecordsError) {
                    return .success(try await rights.decide(finding, job: id, account: account))
                } catch {
                    return .failure(error)
                }
            }
        decisions[id] = deciding
        let decided = await deciding.value
        // It may have ended meanwhile: nobody would let go of what is noted of it from here on.
        guard jobs[id] != nil else { return .lasting }
        switch decided {
        case .success(let failure):
            failures[id] = failure
            return .lasting
        case .failure(let error):
            // A refusal that is written nowhere could not be appealed: the picture is looked at again.
            logger.error("cannot write a decision down", metadata: ["job": "\(id)", "reason": "\(error)"])
            decisions[id] = nil
            failures[id] = PaintError.records(error).failure
            return PaintError.records(error).fault
        }
    }

    /// A picture of a job was painted.
    func notePainted(_ picture: PictureRecord, _ id: JobID, _ assignment: Assignment) {
        jobs[id]?.keep(picture, of: assignment.task)
        guard failures[id] != nil else { return }
        failures[id] = nil
        retries.succeeded(assignment.job)
    }
}
