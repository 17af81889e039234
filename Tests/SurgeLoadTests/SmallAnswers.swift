/// What the small server says.
enum SmallAnswers {
    /// Named by the first part of a key.
    enum Behaviour: String, Sendable {
        case picture, slow, spaces, unreadable, empty, cut, closes, closesOnce, busyOnce, busy, refuses, silent
        case events, eventsCut, eventsFail
        case job, jobFails, jobStays
    }

    static let picture = #"{"created": 1, "data": [{"b64_json": "AAAA"}, {"url": "http://x/y"}]}"#
    static let busy = #"{"error": {"code": "rate_limit_exceeded", "message": "Later."}}"#
    static let refusal = #"{"error": {"code": "invalid_value", "message": "No."}}"#
    static let events = """
        : hello

        event: image_generation.partial_image
        data: {"type": "image_generation.partial_image", "b64_json": "AAAA"}

        event: image_generation.completed
        data: {"type": "image_generation.completed", "b64_json": "AAAA"}


        """
    static let told = [
        ("heatsink-job", "job_1"), ("heatsink-rung", "512"), ("heatsink-rung-quality", "0.5"),
        ("heatsink-requested-quality", "high"), ("heatsink-eta-low-seconds", "0"),
        ("heatsink-eta-high-seconds", "0.1"), ("heatsink-verdict", "run"),
    ]

    static func job(_ status: String) -> String {
        let result = status == "completed" ? #"{"data": [{"url": "http://x/y"}]}"# : "null"
        let error = status == "failed" ? #"{"code": "internal_error"}"# : "null"
        return """
            {"id": "job_1", "status": "\(status)", "eta": {"low_seconds": 0, "high_seconds": 1}, \
            "result": \(result), "error": \(error)}
            """
    }

    /// Counts that grow with every look; two looks after the first see a backlog.
    static func figures(_ looks: Int) -> String {
        """
        # TYPE heatsink_device_seconds_total counter
        heatsink_device_seconds_total \(looks * 10)
        heatsink_wasted_device_seconds_total \(looks)
        heatsink_jobs_waiting \(looks == 2 ? 3 : 0)
        heatsink_tasks_running \(looks <= 3 ? 1 : 0)
        """
    }
}
