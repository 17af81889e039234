import Foundation

/// Paints a prompt, or a photo, and saves each picture as it arrives.
@main
enum PaintCommand {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let environment = ProcessInfo.processInfo.environment
        guard let prompt = arguments.first, arguments.count <= 2, let key = environment["HEATSINK_KEY"] else {
            print("usage: HEATSINK_KEY=hs_… paint PROMPT [PHOTO]")
            return
        }
        let photo = try arguments.dropFirst().first.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        let client = PaintClient(server: environment["HEATSINK_URL"] ?? "http://127.0.0.1:8080", key: key)
        try await client.paint(prompt, photo: photo) { picture in
            guard let bytes = Data(base64Encoded: picture.encoded) else { return }
            let name = picture.partialIndex.map { "partial-\($0).png" } ?? "painted.png"
            try bytes.write(to: URL(fileURLWithPath: name))
            print("saved \(name) (\(picture.type))")
        }
    }
}
