internal import Logging
internal import Records
internal import SurgeCore

/// Painting step by step: a thin loop around ``StepBatch``.
extension JobService {
    /// Takes steps for as long as there are tasks for them, and waits when there are none; ends after ``stop()``, when
    /// the last task has left the batch.
    func takeSteps() async {
        guard let stepPainter, let stepWorker else { return }
        await withDiscardingTaskGroup { group in
            for await _ in stepSignals {
                var hasStepped = false
                while !Task.isCancelled {
                    for action in meet(stepWorker, hasStepped: hasStepped) {
                        group.addTask { await self.carryOut(action, stepPainter) }
                    }
                    let due = batch.beginStep()
                    guard !due.isEmpty else { break }
                    for result in await Self.step(due, stepPainter) {
                        guard let action = note(result) else { continue }
                        group.addTask { await self.carryOut(action, stepPainter) }
                    }
                    hasStepped = true
                }
                if isStopping, batch.isEmpty { return }
            }
        }
    }

    /// Between two steps the core says what leaves and what joins.
    private func meet(_ worker: WorkerHandle, hasStepped: Bool) -> [StepBatch.Action] {
        let now = clock.steady()
        batch.leave(core.step(worker, count: hasStepped ? 1 : 0, at: now))
        // What has been put aside waits in the records; a new process begins it again with its seed.
        let joining = isStopping ? [] : core.fill(worker, at: now)
        defer { act() }
        return joining.compactMap { assignment in
            let previews = names[assignment.job].flatMap { jobs[$0]?.request.partialImages } ?? 0
            return batch.take(assignment, previews: previews, at: now)
        }
    }

    // MARK: Steps

    private struct Step: Sendable {
        let lease: LeaseID
        let outcome: Result<any StepState, PaintError>
    }

    /// Takes a step with all together. When that fails, with each alone: one that cannot go on must not take its
    /// neighbours along.
    private nonisolated static func step(
        _ due: [(lease: LeaseID, state: any StepState)],
        _ painter: any StepPainter
    ) async -> [Step] {
        do throws(PaintError) {
            let states = try await painter.step(due.map(\.state))
            guard states.count == due.count else { throw PaintError.inference("a step lost some of its states") }
            return zip(due, states).map { Step(lease: $0.lease, outcome: .success($1)) }
        } catch {
            guard due.count > 1 else { return due.map { Step(lease: $0.lease, outcome: .failure(error)) } }
            var steps: [Step] = []
            for one in due { steps += await step([one], painter) }
            return steps
        }
    }

    /// Takes note of a step. - Returns: what is to be done before the task's next one.
    private func note(_ step: Step) -> StepBatch.Action? {
        guard let assignment = batch.assignment(step.lease) else { return nil }
        let id = names[assignment.job]
        switch step.outcome {
        case .success(let state):
            if let id {
                let share = Double(state.stepsTaken) / Double(max(1, state.stepsInAll))
                jobs[id]?.note(progress: share, of: assignment.task, at: clock.now())
                notifyProgress(id)
            }
            return batch.stepped(step.lease, state)
        // Writing down what follows may take long, and the others' next step must not wait for it.
        case .failure(let error): return .fail(assignment, error)
        }
    }

    // MARK: Actions

    private func carryOut(_ action: StepBatch.Action, _ painter: any StepPainter) async {
        switch action {
        case .begin(let assignment): await begin(assignment, painter)
        case .show(let assignment, let state): await show(assignment, state, painter)
        case .finish(let assignment, let state): await finish(assignment, state, painter)
        case .deliver(let assignment, let picture): await deliver(picture, assignment)
        case .fail(let assignment, let error): await fail(assignment, error)
        }
        signalSteps.yield()
    }

    private func begin(_ assignment: Assignment, _ painter: any StepPainter) async {
        guard let (_, request, rung) = await start(assignment) else { return }
        do {
            let state = try await painter.begin(request, task: assignment.task, rung: rung)
            if let action = batch.began(assignment.lease, state) { await carryOut(action, painter) }
        } catch {
            await fail(assignment, error)
        }
    }

    private func show(_ assignment: Assignment, _ state: any StepState, _ painter: any StepPainter) async {
        defer { batch.shown(assignment.lease) }
        guard let id = names[assignment.job], let request = jobs[id]?.request, jobs[id]?.isEnding == false else {
            return
        }
        let place = StepBatch.preview(
            after: state.stepsTaken,
            of: state.stepsInAll,
            previews: request.partialImages
        )
        do {
            let picture = try await painter.preview(state, of: request)
            addPartial(picture, to: id, task: assignment.task, place: place)
        } catch {
            // The picture itself may still succeed.
            logger.warning("a preview failed", metadata: ["job": "\(id)", "reason": "\(error)"])
        }
    }

    private func finish(_ assignment: Assignment, _ state: any StepState, _ painter: any StepPainter) async {
        guard let id = names[assignment.job], let request = jobs[id]?.request, jobs[id]?.isEnding == false else {
            return await finish(assignment, .failedForGood)
        }
        do {
            let picture = try await painter.finish(state, of: request)
            if batch.finished(assignment, picture) { await deliver(picture, assignment) }
        } catch {
            await fail(assignment, error)
        }
    }

    private func deliver(_ picture: PictureRecord, _ assignment: Assignment) async {
        if let id = names[assignment.job], let rung = jobs[id]?.record.givenRung {
            metrics.painted(
                seconds: clock.steady().seconds(since: batch.began(assignment.lease) ?? clock.steady()),
                rung: rung
            )
            if jobs[id]?.isEnding == false { notePainted(picture, id, assignment) }
        }
        await finish(assignment, .done)
    }
}
