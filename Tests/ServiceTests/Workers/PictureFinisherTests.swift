import Foundation
import Imaging
import Records
import TestKit
import Testing

@testable import Service

@Suite("The way from painted pixels to a kept file")
struct PictureFinisherTests {
    private let folder: TemporaryFolder
    private let files: FileStore
    private let finisher: PictureFinisher
    private static let size = PixelSize(width: 64, height: 64)

    init() throws {
        folder = try TemporaryFolder()
        files = try FileStore(folder: folder.path + "/files")
        finisher = PictureFinisher(
            decoder: try ImageDecoder(),
            files: files,
            blocking: BlockingWork(width: 1),
            rights: nil
        )
    }

    /// A grey PNG of 64 x 64 pixels, opaque on its left half.
    private static let mask = Data(
        base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAQAAAAAYLlVAAAAPUlEQVR42u3OMQEAAAzCMPyb3kRw8KQ1kOTK6wAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADGgAe6z/hqHrP+hgAAAABJRU5ErkJggg=="
    )

    private func plain(_ value: UInt8) -> Raster {
        let bytes = [UInt8](repeating: value, count: Self.size.area * 3)
        return Raster(size: Self.size, channels: 3, bytes: bytes)
    }

    private func finish(photo: String, mask: String) async throws -> PictureRecord {
        let request = PaintRequest(
            model: "restyle",
            prompt: "a",
            photo: photo,
            mask: mask,
            styles: [.learned(index: 0, revisedPrompt: "")],
            rung: "384"
        )
        return try await finisher.finish(plain(200), Self.size, revisedPrompt: "", of: request)
    }

    @Test("Where the mask is opaque, the photo stays")
    func blends() async throws {
        let photo = try files.write(plain(90).encoded(as: ImageEncoding(format: .png)))
        let mask = try files.write(Array(try #require(Self.mask)))
        let record = try await finish(photo: photo, mask: mask)
        let picture = try ImageDecoder().decode(.file(files.path(of: record.digest)), fitting: 64)
        #expect(picture.bytes.first == 90 && picture.bytes.last == 200)
    }

    @Test(
        "A mask or a photo that cannot be opened now is no fault of the picture: it is tried again",
        arguments: [true, false]
    )
    func triesAgain(isMask: Bool) async throws {
        let photo = try files.write(plain(90).encoded(as: ImageEncoding(format: .png)))
        let mask = try files.write(Array(try #require(Self.mask)))
        let missing = String(repeating: "0", count: 64)
        let error = await #expect(throws: PaintError.self) {
            _ = try await finish(photo: isMask ? photo : missing, mask: isMask ? missing : mask)
        }
        #expect(error?.fault == .passing)
    }
}
