internal import Metrics
internal import Records

/// What the service counts. The names are in `Docs/Operations.md`.
struct ServiceMetrics: Sendable {
    private let acceptedJobs = Counter(label: "heatsink_jobs_accepted_total")
    private let refusedJobs = Counter(label: "heatsink_jobs_refused_total", dimensions: [("reason", "overloaded")])
    private let waitingJobs = Gauge(label: "heatsink_jobs_waiting")
    private let runningTasks = Gauge(label: "heatsink_tasks_running")
    private let wait = Recorder(label: "heatsink_wait_seconds", aggregate: true)

    func accepted(waiting: Int) {
        acceptedJobs.increment()
        waitingJobs.record(waiting)
    }

    func refused() { refusedJobs.increment() }

    func started(waitedSeconds: Double) { wait.record(waitedSeconds) }

    func painted(seconds: Double, rung: String) {
        Counter(label: "heatsink_pictures_total", dimensions: [("rung", rung)]).increment()
        Recorder(label: "heatsink_paint_seconds", dimensions: [("rung", rung)], aggregate: true).record(seconds)
    }

    func ended(_ status: JobStatus, waiting: Int) {
        Counter(label: "heatsink_jobs_ended_total", dimensions: [("status", status.rawValue)]).increment()
        waitingJobs.record(waiting)
    }

    func measured(waiting: Int, running: Int) {
        waitingJobs.record(waiting)
        runningTasks.record(running)
    }
}
