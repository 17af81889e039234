internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

extension LoadClient {
    /// How often in a row asking after a job may fail before the client stops asking.
    private static let pollFailures = 10

    /// Asks after a job that was accepted until it has ended.
    func follow(_ accepted: HTTPClientResponse, key: String, trail: RequestTrail) async throws -> AttemptEnding {
        let bytes = try await Self.bytes(of: accepted)
        let document = AnswerDocuments.read(AnswerDocuments.Job.self, bytes)
        guard let path = Self.path(accepted.headers.first(name: "location")) ?? document.map({ "/v1/jobs/\($0.id)" })
        else { return .unreadable }
        trail.accepted(at: path)
        let low = trail.told.eta?.lowerBound ?? document?.eta?.low_seconds
        try await Task.sleep(for: .seconds(PollPlan.first(low: low)))
        var failures = 0
        while true {
            let remaining: Double?
            switch try await look(path, key: key, trail: trail) {
            case .ended(let ending): return ending
            case .waiting(let seconds):
                failures = 0
                remaining = seconds
            case .failed(let ending):
                failures += 1
                guard failures < Self.pollFailures else { return ending }
                remaining = nil
            }
            try await Task.sleep(for: .seconds(PollPlan.next(remaining: remaining)))
        }
    }

    /// Cancels a job that nobody waits for any more. What comes of it does not matter: the client has gone.
    func cancel(_ path: String, key: String) async {
        let response = try? await http.execute(request(.DELETE, path, key: key), deadline: .now() + .seconds(5))
        _ = try? await response?.body.collect(upTo: LoadLimits.answerBytes)
    }

    private enum Look {
        case ended(AttemptEnding)
        case waiting(remaining: Double?)
        case failed(AttemptEnding)
    }

    private func look(_ path: String, key: String, trail: RequestTrail) async throws -> Look {
        let request = request(.GET, path, key: key)
        do {
            let response = try await http.execute(request, deadline: .now() + .seconds(60))
            guard response.status.code == 200 else {
                let refusal = await Self.refusal(response)
                let isTransient = response.status.code == 429 || response.status.code >= 500
                return isTransient ? .failed(refusal) : .ended(refusal)
            }
            trail.learn(JobTold(response.headers))
            guard let job = AnswerDocuments.read(AnswerDocuments.Job.self, try await Self.bytes(of: response)) else {
                return .ended(.unreadable)
            }
            return Self.look(at: job)
        } catch {
            try Task.checkCancellation()
            return .failed(.broken)
        }
    }

    private static func look(at job: AnswerDocuments.Job) -> Look {
        switch job.status {
        case "queued", "running": .waiting(remaining: job.eta?.high_seconds)
        case "completed": .ended(.delivered(pictures: max(1, job.result?.pictures ?? 1)))
        default: .ended(.jobFailed(status: job.status, code: job.error?.code))
        }
    }

    /// The path of a `Location`, whether it is absolute or not.
    private static func path(_ location: String?) -> String? {
        guard let location else { return nil }
        if location.hasPrefix("/") { return location }
        return URLComponents(string: location)?.path
    }
}
