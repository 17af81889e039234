internal import Foundation
internal import Imaging
internal import Inference

/// A picture on its way, with all that another process needs to go on with it.
///
/// As a file it is a JSON object; the state in it is base64 of ``FlowState/bytes``.
struct SavedPicture: Sendable {
    let revisedPrompt: String
    /// The size that was asked for; nil: as the model paints.
    let output: PixelSize?
    var state: FlowState

    /// The file's form.
    private struct Document: Codable {
        let format: String
        let revised_prompt: String
        let width: Int?
        let height: Int?
        let state: Data
    }

    init(revisedPrompt: String, output: PixelSize?, state: FlowState) {
        self.revisedPrompt = revisedPrompt
        self.output = output
        self.state = state
    }

    /// - Throws: ``CommandFailure`` when the file is not one that ``write(to:)`` wrote.
    init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path) cannot be read")
        }
        guard let document = try? JSONDecoder().decode(Document.self, from: data), document.format == Self.format else {
            throw CommandFailure("\(path) is not a picture that --save-state wrote")
        }
        revisedPrompt = document.revised_prompt
        if let width = document.width, let height = document.height {
            guard Self.sides.contains(width), Self.sides.contains(height) else {
                throw CommandFailure("\(path) asks for a picture of \(width)x\(height) pixels, which is not made")
            }
            output = PixelSize(width: width, height: height)
        } else {
            output = nil
        }
        do {
            state = try FlowState(bytes: Array(document.state))
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
    }

    private static let format = "heatsink-picture-1"
    private static let sides = 1...8_192

    func write(to path: String) throws {
        let document = Document(
            format: Self.format,
            revised_prompt: revisedPrompt,
            width: output?.width,
            height: output?.height,
            state: Data(state.bytes)
        )
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(document).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
