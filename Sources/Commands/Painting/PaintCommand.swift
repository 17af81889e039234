internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import Inference
internal import Records
internal import Service
internal import SurgeCore

struct PaintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paint",
        abstract: "Paint photos without a server.",
        discussion: """
            heatsink paint photo.jpg --style "pencil and wash" -o painted.png
            heatsink paint *.jpg --style "blue night" -o painted/
            heatsink paint photo.jpg --style-image painting.jpg -o painted.webp
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The photos.")
    var photos: [String]

    @Option(help: "The style: its name or a description. `heatsink models show restyle` lists the names.")
    var style: String?

    @Option(help: "A picture whose style to paint in.")
    var styleImage: String?

    @Option(name: .shortAndLong, help: "The file to write, or for several photos the folder.")
    var output: String

    @Option(help: "low, medium, high, xhigh, max or auto.")
    var quality = "auto"

    @Option(help: "png, jpeg or webp. Without it, what the output's name says, else png.")
    var format: String?

    @Option(help: "0 to 100, for jpeg and webp.")
    var compression = 100

    @Option(help: "The model.")
    var model = "restyle"

    @Flag(help: "Leave out policy, checks, credentials and watermark.")
    var unsigned = false

    @Flag(help: "Print JSON.")
    var json = false

    /// One painted photo.
    private struct Painted: Encodable {
        let photo: String
        let output: String
        let width: Int
        let height: Int
        let rung: String
        let revised_prompt: String
    }

    func validate() throws {
        guard style != nil || styleImage != nil else { throw ValidationError("Say how: --style or --style-image.") }
        guard (0...100).contains(compression) else { throw ValidationError("--compression takes 0 to 100.") }
        if let format, ImageFormat(fileExtension: format).map(ImageFormat.writable.contains) != true {
            throw ValidationError("--format takes png, jpeg or webp, not '\(format)'.")
        }
    }

    func run() async throws {
        let settings = try await common.settings()
        let workspace = NSTemporaryDirectory() + "heatsink-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: workspace) }
        let files = try FileStore(folder: workspace)
        let rights =
            unsigned
            ? nil : try await RightsSetup.rightsService(forRunIn: workspace, settings: settings, files: files)
        let screened = try ScreenedPrompt(style ?? "", rights)
        let engine = try await Engine(settings: settings, files: files, rights: rights) { !$0.isStepwise }
        guard let model = engine.models.first(where: { $0.entry.manifest.id == model }) else {
            throw InferenceError.unknownModel(id: model, installed: engine.catalogue.ids)
        }
        guard let rung = model.rung(forQuality: quality, hasStylePicture: styleImage != nil) else {
            let known = model.entry.manifest.qualities.keys.sorted().joined(separator: ", ")
            throw ValidationError("There is no quality '\(quality)'. Qualities: \(known).")
        }
        let isFolder = photos.count > 1 || output.hasSuffix("/") || Self.isFolder(output)
        if isFolder { try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true) }
        let stylePicture = try styleImage.map { try Self.keep($0, in: files) }
        var failures = 0
        var results: [Painted] = []
        for (index, photo) in photos.enumerated() {
            Terminal.progress(index, of: photos.count, photo)
            do {
                let target = isFolder ? targetInFolder(for: photo) : output
                results.append(
                    try await paint(
                        photo,
                        to: target,
                        screened,
                        rung,
                        stylePicture,
                        model,
                        engine.restylePainter,
                        files
                    )
                )
            } catch {
                failures += 1
                Terminal.writeError("\(photo): \(error)")
            }
        }
        Terminal.progress(photos.count, of: photos.count, "done")
        if json {
            Terminal.write(json: results)
        } else {
            for result in results { Terminal.write("\(result.photo) -> \(result.output)  \(result.revised_prompt)") }
        }
        guard failures == 0 else { throw ExitCode.failure }
    }

    private func paint(
        _ photo: String,
        to target: String,
        _ screened: ScreenedPrompt,
        _ rung: Rung,
        _ stylePicture: String?,
        _ model: RestyleModel,
        _ restylePainter: RestylePainter,
        _ files: FileStore
    ) async throws -> Painted {
        let chosen: PaintRequest.TaskStyle
        if stylePicture != nil {
            chosen = .picture(strength: 1, revisedPrompt: "painted in the style of \(styleImage ?? "")")
        } else {
            let match = model.styles.ranked(for: screened.prompt)[0]
            let isDefault = match.reason == .nothingFitted ? "; no style fitted better, this is the default" : ""
            chosen = .learned(index: match.style.index, revisedPrompt: "in the style '\(match.style.name)'\(isDefault)")
        }
        let request = PaintRequest(
            model: model.entry.manifest.id,
            prompt: screened.prompt,
            photo: try Self.keep(photo, in: files),
            stylePicture: stylePicture,
            styles: [chosen],
            outputSide: stylePicture == nil ? nil : model.entry.rung(forQuality: quality)?.workingSide,
            encoding: ImageEncoding(format: outputFormat(target), quality: compression),
            requestedQuality: quality,
            rung: rung.name,
            rights: screened.note
        )
        let picture = try await restylePainter.paint(request, task: 0, rung: rung) { _ in }
        guard let bytes = files.read(picture.digest) else { throw CommandFailure("the picture is gone") }
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: target), options: .atomic)
        } catch {
            throw CommandFailure("\(target) cannot be written: \(error.localizedDescription)")
        }
        files.remove(picture.digest)
        files.remove(request.photo)
        return Painted(
            photo: photo,
            output: target,
            width: picture.width,
            height: picture.height,
            rung: rung.name,
            revised_prompt: picture.revisedPrompt
        )
    }

    private func outputFormat(_ target: String) -> ImageFormat {
        let named = format ?? (target as NSString).pathExtension
        let format = ImageFormat(fileExtension: named) ?? .png
        return ImageFormat.writable.contains(format) ? format : .png
    }

    private func targetInFolder(for photo: String) -> String {
        let name = ((photo as NSString).lastPathComponent as NSString).deletingPathExtension
        let suffix = format.flatMap(ImageFormat.init(fileExtension:)) ?? .png
        return "\(output.hasSuffix("/") ? String(output.dropLast()) : output)/\(name).\(suffix.fileExtension)"
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func keep(_ path: String, in files: FileStore) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path) cannot be read")
        }
        return try files.write(Array(bytes))
    }
}
