internal import ArgumentParser
internal import Inference
internal import SurgeCore

struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Look at the installed models.",
        subcommands: [List.self, Show.self, Verify.self]
    )

    struct Document: Encodable {
        let id: String
        let title: String
        let kind: String
        let description: String
        let licence: String
        let reference_device: String
        let quality_measure: String
        let ladder: [Rung]
        let default_style: String?
        let styles: [Style]
        /// What a model that paints from text understands: groups of values, of which a picture has one each.
        let groups: [FlowDescription.Group]
        /// How it samples, by rung.
        let sampling: [String: FlowDescription.RungDescription]

        init(_ entry: ModelCatalogue.Entry) {
            let manifest = entry.manifest
            id = manifest.id
            title = manifest.title
            kind = manifest.kind
            description = manifest.description
            licence = manifest.licence.name
            reference_device = manifest.ladderDescription.referenceDevice
            quality_measure = manifest.ladderDescription.qualityMeasure
            ladder = entry.ladder.rungs
            default_style = manifest.restyle?.defaultStyle
            styles = manifest.restyle?.styles ?? []
            groups = manifest.flow?.groups ?? []
            sampling = manifest.flow?.rungs ?? [:]
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the models.")

        @OptionGroup var common: CommonOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let catalogue = try ModelCatalogue(folder: try await common.settings().modelsFolder)
            guard !json else { return Terminal.write(json: catalogue.entries.map(Document.init)) }
            for entry in catalogue.entries {
                Terminal.write("\(entry.manifest.id)  \(entry.manifest.description)")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a model: its ladder, and its styles or what it understands."
        )

        @OptionGroup var common: CommonOptions

        @Argument(help: "The model's id.")
        var id: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let entry = try ModelCatalogue(folder: try await common.settings().modelsFolder).entry(id)
            let document = Document(entry)
            guard !json else { return Terminal.write(json: document) }
            Terminal.write("\(document.title): \(document.description)")
            Terminal.write("licence: \(document.licence)")
            Terminal.write("")
            Terminal.write(
                "ladder (cost in seconds on \(document.reference_device); quality: \(document.quality_measure))"
            )
            for rung in document.ladder {
                Terminal.write(
                    "  \(rung.name)  cost \(rung.costDeviceSeconds)  quality \(rung.quality)\(sampling(rung, of: document))"
                )
            }
            if !document.groups.isEmpty {
                Terminal.write("")
                Terminal.write("understands, in a sentence in English, French, Spanish or Japanese")
                for group in document.groups {
                    Terminal.write("  \(group.name): \(group.values.joined(separator: ", "))")
                }
            }
            guard !document.styles.isEmpty else { return }
            Terminal.write("")
            Terminal.write("styles (default: \(document.default_style ?? ""))")
            for style in document.styles { Terminal.write("  \(style.name): \(style.description)") }
        }

        private func sampling(_ rung: Rung, of document: Document) -> String {
            guard let sampling = document.sampling[rung.name] else { return "" }
            let guidance = sampling.guidance == 1 ? "" : ", guidance \(sampling.guidance)"
            let steps = "\(rung.steps ?? 1) \(rung.steps == 1 ? "step" : "steps")"
            return "  \(steps), network \(sampling.network.rawValue), \(sampling.sampler.rawValue)\(guidance)"
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check the SHA-256 of every model file.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            for entry in try ModelCatalogue(folder: try await common.settings().modelsFolder).entries {
                try entry.verify()
                Terminal.write("\(entry.manifest.id): \(entry.manifest.files.count) files are what they should be")
            }
        }
    }
}
