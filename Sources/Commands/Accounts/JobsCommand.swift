internal import ArgumentParser
internal import Records
internal import Service
internal import SurgeCore

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Look at the jobs that the server keeps. Works while it runs.",
        subcommands: [List.self, Show.self]
    )

    /// A job as the operator sees it.
    struct Document: Encodable {
        let id: String
        let status: String
        let account: String
        let model: String
        let prompt: String
        let rung: String
        let created_at: Double
        let finished_at: Double?
        let attempts: Int
        let pictures: Int
        /// How often the job was settled; 1 for every job that ended.
        let deliveries: Int
        let error: String?

        init(_ record: JobRecord, deliveries: Int) {
            let request = PaintRequest(json: record.request)
            id = record.id.rawValue
            status = record.status.rawValue
            account = record.account.rawValue
            model = request?.model ?? ""
            prompt = request?.prompt ?? ""
            rung = record.givenRung ?? record.rung
            created_at = Double(record.createdAt.microseconds) / 1e6
            finished_at = record.finishedAt.map { Double($0.microseconds) / 1e6 }
            attempts = record.attempts
            pictures = record.pictures.count
            self.deliveries = deliveries
            error = record.failure?.message
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the jobs, the newest first.")

        @OptionGroup var common: CommonOptions

        @Option(help: "How many at most. (default: all)")
        var limit: Int?

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
        }

        func run() async throws {
            let store = try DataFolder(try await common.settings().dataFolder).openStore()
            let records = try await store.jobs(of: nil, limit: limit ?? -1, after: nil)
            let settlements = try await store.settlements(of: records.map(\.id))
            let documents = records.map { Document($0, deliveries: settlements[$0.id] ?? 0) }
            guard !json else { return Terminal.write(json: documents) }
            for job in documents {
                Terminal.write(
                    "\(job.id)  \(job.status)  rung \(job.rung)  \(job.pictures) pictures  \(job.prompt.prefix(50))"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one job as JSON.")

        @OptionGroup var common: CommonOptions

        @Argument(help: "The job's id.")
        var id: String

        func run() async throws {
            let store = try DataFolder(try await common.settings().dataFolder).openStore()
            let job = JobID(rawValue: id)
            guard let record = try await store.job(job) else { throw CommandFailure("there is no job '\(id)'") }
            Terminal.write(json: Document(record, deliveries: try await store.settlements(of: [job])[job] ?? 0))
        }
    }
}
