internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import Inference
internal import PromptPolicy
internal import Records
internal import Service
internal import SurgeCore

struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Paint pictures from words, without a server.",
        discussion: """
            heatsink generate "a lighthouse at dusk, first snow" -o out.png
            heatsink generate "a red train between hills" --count 4 --size 1536x512 -o trains/
            heatsink generate "the same in winter" --from photo.jpg --strength 0.5 -o winter.png

            A picture can be put aside and gone on with later, also by another process:

            heatsink generate "a windmill" --seed 7 --stop-after 2 --save-state windmill.state
            heatsink generate --resume windmill.state -o windmill.png
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "What is to be painted, in English, French, Spanish or Japanese.")
    var prompt: String?

    @Option(name: .shortAndLong, help: "The file to write; with --count, or with a / at its end, see there.")
    var output: String?

    @Option(help: "The model. Without it, the first that paints from words.")
    var model: String?

    @Option(help: "auto, or WIDTHxHEIGHT in pixels.")
    var size = "auto"

    @Option(help: "low, medium, high, xhigh, max or auto.")
    var quality = "auto"

    @Option(help: "A rung of the model's ladder by its name, instead of --quality.")
    var rung: String?

    @Option(help: "What decides the picture: the same number, the same picture. Without it, chance.")
    var seed: UInt64?

    @Option(help: "How many pictures; out.png becomes out-1.png and so on.")
    var count = 1

    @Option(help: "png, jpeg or webp. Without it, what the output's name says, else png.")
    var format: String?

    @Option(help: "0 to 100, for jpeg and webp.")
    var compression = 100

    @Option(help: "A photo to begin with.")
    var from: String?

    @Option(help: "0.05 to 1: how much of the photo's details is given up. (default: 0.6)")
    var strength: Double?

    @Option(help: "Stop after so many steps, and write what is needed to go on to --save-state.")
    var stopAfter: Int?

    @Option(help: "The file for a picture that is put aside.")
    var saveState: String?

    @Option(help: "Go on with a picture that was put aside.")
    var resume: String?

    @Flag(help: "Leave out policy, checks, credentials and watermark.")
    var unsigned = false

    @Flag(help: "Print JSON.")
    var json = false

    @Option(help: .hidden)
    var benchmark: Int?

    /// One picture that is written.
    private struct Painted: Encodable {
        let output: String
        let width: Int
        let height: Int
        let rung: String
        let seed: UInt64
        let revised_prompt: String
    }

    private static let usualStrength = 0.6
    private static let strengths = 0.05...1.0
    private static let counts = 1...100
    private static let sides = 16...3_840

    func validate() throws {
        guard (prompt == nil) != (resume == nil) else {
            throw ValidationError("Say what is to be painted, or what to go on with: a prompt, or --resume FILE.")
        }
        if prompt?.isEmpty == true { throw ValidationError("The prompt is empty.") }
        guard output != nil || saveState != nil || benchmark != nil else {
            throw ValidationError("Say where the picture goes: --output FILE.")
        }
        guard (saveState == nil) == (stopAfter == nil) else {
            throw ValidationError("--stop-after STEPS and --save-state FILE belong together.")
        }
        if let stopAfter, stopAfter < 1 { throw ValidationError("--stop-after takes 1 or more steps.") }
        guard Self.counts.contains(count) else { throw ValidationError("--count takes 1 to 100.") }
        guard count == 1 || (saveState == nil && resume == nil) else {
            throw ValidationError("One picture at a time is put aside: --count does not go with it.")
        }
        guard (0...100).contains(compression) else { throw ValidationError("--compression takes 0 to 100.") }
        if let format, ImageFormat(fileExtension: format).map(ImageFormat.writable.contains) != true {
            throw ValidationError("--format takes png, jpeg or webp, not '\(format)'.")
        }
        if let strength {
            guard Self.strengths.contains(strength) else { throw ValidationError("--strength takes 0.05 to 1.") }
            guard from != nil else { throw ValidationError("--strength needs a photo: --from FILE.") }
        }
        if let benchmark, benchmark < 1 { throw ValidationError("--benchmark takes 1 or more rounds.") }
        _ = try requestedSize()
    }

    func run() async throws {
        let settings = try await common.settings()
        let workspace = NSTemporaryDirectory() + "heatsink-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: workspace) }
        let saved = try resume.map(SavedPicture.init(contentsOf:))
        let id = try chosenModel(settings, saved)
        let files = try FileStore(folder: workspace)
        let rights =
            unsigned || benchmark != nil
            ? nil : try await RightsSetup.rightsService(forRunIn: workspace, settings: settings, files: files)
        let screened = try ScreenedPrompt(prompt ?? "", rights)
        let loading = ContinuousClock.now
        let engine = try await Engine(settings: settings, files: files) { entry in
            entry.manifest.id == id
        }
        guard let model = engine.flows.first else {
            throw InferenceError.unknownModel(id: id, installed: engine.catalogue.ids)
        }
        let loadSeconds = (ContinuousClock.now - loading) / .seconds(1)
        if let benchmark {
            let order = try await order(screened, model, settings)
            return Terminal.write(
                json: try await GenerateBenchmark(model: model, order: order, rounds: benchmark)
                    .run(loadSeconds: loadSeconds, batch: count)
            )
        }
        let kept = try from.map { path in
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw CommandFailure("\(path) cannot be read")
            }
            return try files.write(Array(bytes))
        }
        let signing = rights.map { Signing(rights: $0, note: screened.note, photo: kept) }
        if let saved {
            try await paint([saved], model, settings, signing)
        } else {
            let order = try await order(screened, model, settings)
            try await paint(try await order.pictures(count, model), model, settings, signing)
        }
    }

    /// What pictures say of themselves.
    private struct Signing {
        let rights: RightsService
        let note: RightsNote?
        /// The digest of the photo that they begin with.
        let photo: String?

        func file(of picture: Raster, _ saved: SavedPicture, _ encoding: ImageEncoding) throws -> [UInt8] {
            var note = note
            if photo == nil, saved.state.firstStep > 0 {
                // It was put aside by another run, and the photo is not here any more.
                note = note ?? RightsNote(policy: rights.instruments.policy.name, actions: [])
                note?.labels.append("It began with a photo that this statement does not have.")
            }
            let request = PaintRequest(
                model: saved.state.model,
                prompt: "",
                photo: photo ?? "",
                styles: [],
                encoding: encoding,
                rung: saved.state.rungName,
                rights: note
            )
            return try rights.file(of: picture, request)
        }
    }

    // MARK: The order

    private func chosenModel(_ settings: Settings, _ saved: SavedPicture?) throws -> String {
        let catalogue = try ModelCatalogue(folder: settings.modelsFolder)
        let able = catalogue.entries.filter(\.isStepwise).map(\.manifest.id)
        guard let id = model ?? saved?.state.model ?? able.first else {
            throw CommandFailure("no model that paints from words is installed")
        }
        guard able.contains(id) else {
            let names = able.isEmpty ? "none" : able.joined(separator: ", ")
            throw CommandFailure("there is no model '\(id)' that paints from words; installed: \(names)")
        }
        return id
    }

    private func order(
        _ screened: ScreenedPrompt,
        _ model: FlowModel,
        _ settings: Settings
    ) async throws -> PictureOrder {
        let chosen: Rung?
        if let rung {
            chosen = model.entry.ladder.rung(named: rung)
        } else {
            chosen = model.entry.rung(forQuality: quality)
        }
        guard let chosen else {
            let rungs = model.entry.ladder.rungs.map { "'\($0.name)'" }.joined(separator: ", ")
            let qualities = model.entry.manifest.qualities.keys.sorted().joined(separator: ", ")
            throw ValidationError(
                rung.map { "There is no rung '\($0)'. Rungs: \(rungs)." }
                    ?? "There is no quality '\(quality)'. Qualities: \(qualities)."
            )
        }
        var photo: PictureOrder.Photo?
        if let from {
            photo = PictureOrder.Photo(
                path: from,
                strength: strength ?? Self.usualStrength,
                decoder: try ImageDecoder(limits: settings.imageLimits)
            )
        }
        return PictureOrder(
            prompt: screened.prompt,
            size: try requestedSize(),
            rung: chosen,
            seed: seed ?? UInt64.random(in: 0...PaintRequest.Seed.largest),
            photo: photo
        )
    }

    /// nil: auto.
    private func requestedSize() throws -> PixelSize? {
        guard size != "auto" else { return nil }
        let parts = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let width = parts[0], let height = parts[1], Self.sides.contains(width),
            Self.sides.contains(height), max(width, height) <= 3 * min(width, height)
        else {
            throw ValidationError(
                "--size takes auto, or WIDTHxHEIGHT of 16 to 3840 pixels with a ratio of at most 3:1, not '\(size)'."
            )
        }
        return PixelSize(width: width, height: height)
    }

    // MARK: Painting

    /// Takes steps with as many pictures at a time as the server would, and writes each when it is done.
    private func paint(
        _ pictures: [SavedPicture],
        _ model: FlowModel,
        _ settings: Settings,
        _ signing: Signing?
    ) async throws {
        let all = pictures.reduce(0) { $0 + stepsToTake($1.state) }
        var taken = 0
        var painted: [Painted] = []
        var rest = pictures.enumerated().map { (number: $0.offset + 1, picture: $0.element) }
        while !rest.isEmpty {
            var batch = Array(rest.prefix(settings.service.stepSlots))
            rest.removeFirst(batch.count)
            while let due = batch.first, stepsToTake(due.picture.state) > 0 {
                Terminal.progress(taken, of: all, "steps")
                let states = try await model.step(batch.map(\.picture.state))
                for index in batch.indices { batch[index].picture.state = states[index] }
                taken += batch.count
            }
            for (number, picture) in batch {
                if let saveState {
                    try picture.write(to: saveState)
                    Terminal.progress(all, of: all, "put aside")
                    Terminal.writeError(
                        "put aside after \(picture.state.stepsDone) of \(picture.state.stepCount) steps; go on with: "
                            + "heatsink generate --resume \(saveState) -o \(output ?? "out.png")"
                    )
                    return
                }
                painted.append(try await write(picture, number: number, of: pictures.count, model, signing))
            }
        }
        Terminal.progress(all, of: all, "done")
        if json {
            Terminal.write(json: painted)
        } else {
            for picture in painted {
                Terminal.write("\(picture.output)  seed \(picture.seed)  \(picture.revised_prompt)")
            }
        }
    }

    private func stepsToTake(_ state: FlowState) -> Int {
        let end = stopAfter.map { min(state.stepCount, state.firstStep + $0) } ?? state.stepCount
        return max(0, end - state.stepsDone)
    }

    private func write(
        _ picture: SavedPicture,
        number: Int,
        of count: Int,
        _ model: FlowModel,
        _ signing: Signing?
    ) async throws -> Painted {
        let raster = try await model.picture(picture.state)
        let requested = size == "auto" ? picture.output : try requestedSize()
        let target = try target(number, of: count)
        let finished = try raster.resized(to: requested ?? raster.size, filling: true)
        let encoding = ImageEncoding(format: outputFormat(target), quality: compression)
        let bytes = try signing?.file(of: finished, picture, encoding) ?? finished.encoded(as: encoding)
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: target), options: .atomic)
        } catch {
            throw CommandFailure("\(target) cannot be written: \(error.localizedDescription)")
        }
        return Painted(
            output: target,
            width: finished.size.width,
            height: finished.size.height,
            rung: picture.state.rungName,
            seed: picture.state.seed,
            revised_prompt: picture.revisedPrompt
        )
    }

    // MARK: Files

    private func outputFormat(_ target: String) -> ImageFormat {
        let named = format ?? (target as NSString).pathExtension
        let format = ImageFormat(fileExtension: named) ?? .png
        return ImageFormat.writable.contains(format) ? format : .png
    }

    private func target(_ number: Int, of count: Int) throws -> String {
        let output = output ?? "out.png"
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder) && isFolder.boolValue
        if exists || output.hasSuffix("/") {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            let suffix = format.flatMap(ImageFormat.init(fileExtension:)) ?? .png
            return (output as NSString).appendingPathComponent("\(number).\(suffix.fileExtension)")
        }
        guard count > 1 else { return output }
        let name = output as NSString
        let suffix = name.pathExtension.isEmpty ? "" : ".\(name.pathExtension)"
        return "\(name.deletingPathExtension)-\(number)\(suffix)"
    }
}
