internal import Foundation
internal import NIOCore

/// The photos of a run, read once.
struct PhotoShelf: Sendable {
    struct Photo: Sendable {
        let name: String
        let contentType: String
        let bytes: ByteBuffer
    }

    let photos: [Photo]

    init(paths: [String]) throws(LoadError) {
        var photos: [Photo] = []
        for path in paths {
            do {
                let data = try Data(contentsOf: URL(fileURLWithPath: path))
                let name = (path as NSString).lastPathComponent
                photos.append(Photo(name: name, contentType: Self.contentType(name), bytes: ByteBuffer(bytes: data)))
            } catch {
                throw .unreadable(file: path, reason: error.localizedDescription)
            }
        }
        self.photos = photos
    }

    private static func contentType(_ name: String) -> String {
        switch (name as NSString).pathExtension.lowercased() {
        case "jpg", "jpeg": "image/jpeg"
        case "png": "image/png"
        case "webp": "image/webp"
        case "avif": "image/avif"
        case "heic", "heif": "image/heic"
        default: "application/octet-stream"
        }
    }
}
