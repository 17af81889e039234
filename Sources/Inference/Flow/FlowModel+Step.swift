extension FlowModel {
    /// A picture's step under way.
    private struct Member: Sendable {
        let guidance: Guidance
        let network: FlowDescription.Network
        let shape: LatentShape
        let condition: [Float]
        var step: SamplerStep
    }

    /// One step of the grid for each, in as few passes through the networks as there can be.
    ///
    /// Any mixture goes: steps, prompts, seeds, rungs and shapes. Those of one network and one latent shape share
    /// passes; a step of the second order takes a second round with those that take one too.
    ///
    /// - Parameter states: finished ones come back as they are.
    /// - Returns: the same states in the same order, each one step further.
    /// - Throws: ``InferenceError/stateOfAnotherModel(id:model:)``, ``InferenceError/invalidState(reason:)``, and what
    ///   the runtime says. None of the states was stepped then.
    public func step(_ states: [FlowState]) async throws(InferenceError) -> [FlowState] {
        var members: [Int: Member] = [:]
        for (place, state) in states.enumerated() where !state.isFinished {
            members[place] = try member(state)
        }
        var stepped = states
        while !members.isEmpty {
            let places = members.keys.sorted()
            let velocities = try await velocities(places.compactMap { members[$0] })
            for (place, velocity) in zip(places, velocities) {
                switch members[place]?.step.advance(velocity) {
                case .asks(let next): members[place]?.step = next
                case .ends(let outcome):
                    stepped[place] = stepped[place].stepped(outcome)
                    members[place] = nil
                case nil: break
                }
            }
        }
        return stepped
    }

    private func member(_ state: FlowState) throws(InferenceError) -> Member {
        let plan = try plan(for: state)
        return Member(
            guidance: Guidance(scale: Float(plan.guidance)),
            network: plan.network,
            shape: state.shape,
            condition: state.condition,
            step: SamplerStep(
                plan.sampler,
                grid: StepGrid(stepCount: state.stepCount, shift: plan.shift),
                step: state.stepsDone,
                latent: state.latent,
                tellsSpan: plan.network == .fast
            )
        )
    }

    /// What the networks answer to each, guidance included.
    private func velocities(_ members: [Member]) async throws(InferenceError) -> [[Float]] {
        let requests = members.map {
            StepBatcher.Request(key: .init(network: $0.network, shape: $0.shape), rows: $0.guidance.rows)
        }
        var velocities = [[Float]](repeating: [], count: members.count)
        for pass in batcher.passes(requests) {
            let answers = try await run(pass, members)
            for (place, answer) in zip(pass.members, answers) { velocities[place] = answer }
        }
        return velocities
    }

    private func run(_ pass: StepBatcher.Pass, _ members: [Member]) async throws(InferenceError) -> [[Float]] {
        guard let graph = networks[pass.key.network] else {
            throw .runtime(operation: "step", reason: "the model has no network '\(pass.key.network.rawValue)'")
        }
        let asked = pass.members.map { members[$0] }
        let shape = pass.key.shape
        // Guided pictures take two rows beside each other: without a condition first, then with theirs.
        let rows = asked.flatMap { Array(repeating: $0.step.point, count: $0.guidance.rows) }
        let empty = description.emptyCondition
        let conditions = asked.flatMap { ($0.guidance.needsEmpty ? empty : []) + $0.condition }
        let inputs = [
            GraphInput("latent", shape: [rows.count, shape.channels, shape.height, shape.width]) { span in
                var place = 0
                for row in rows {
                    span.write(row.latent, at: place)
                    place += row.latent.count
                }
            },
            GraphInput("time", shape: [rows.count], values: rows.map(\.time)),
            GraphInput("span", shape: [rows.count], values: rows.map(\.span)),
            GraphInput("condition", shape: [rows.count, description.conditionCount], values: conditions),
        ]
        let answer = try await graph.run(inputs, output: "velocity") { _, values in values.array }
        guard answer.count == rows.count * shape.count else {
            throw .runtime(operation: "step", reason: "the network answered \(answer.count) values")
        }
        var start = 0
        return asked.map { member in
            let first = answer[start..<start + shape.count]
            start += shape.count
            guard member.guidance.needsEmpty else { return Array(first) }
            let second = answer[start..<start + shape.count]
            start += shape.count
            return member.guidance.combined(empty: first, conditional: second)
        }
    }
}
