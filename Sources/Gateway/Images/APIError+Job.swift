internal import HTTPTypes
internal import Hummingbird
internal import Service

extension APIError {
    /// Why the service did not take or find a job.
    init(_ error: JobError, plan: String = "", message: String? = nil) {
        switch error {
        case .refused(let refusal): self.init(refusal, plan: plan)
        case .stopping: self = .stopping
        case .notFound: self = .notFound("There is no such job.", code: "job_not_found")
        case .idempotencyKeyReused:
            self.init(
                status: .unprocessableContent,
                kind: .invalidRequest,
                code: "idempotency_key_reused",
                parameter: "Idempotency-Key",
                message: "This 'Idempotency-Key' was used for another request. Use a new key for a new request."
            )
        case .alreadyFinished:
            self.init(
                status: .conflict,
                kind: .invalidRequest,
                code: "job_already_finished",
                parameter: nil,
                message: message ?? "The job has already ended; there is nothing to cancel.",
                headers: [.shouldRetry: "false"]
            )
        case .notFinished:
            self.init(
                status: .conflict,
                kind: .invalidRequest,
                code: "job_not_finished",
                parameter: nil,
                message: "The job has not ended: cancel it first, with DELETE /v1/jobs/{id}.",
                headers: [.shouldRetry: "false"]
            )
        case .unavailable: self = .recordsUnavailable
        case .records(let error): self.init(error)
        }
    }
}
