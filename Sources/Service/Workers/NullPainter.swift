internal import Imaging
internal import Inference
public import Records
public import SurgeCore
internal import Synchronization

/// Paints nothing, and takes as long for it as it is told: for measuring what is around the painting.
///
/// Requests for every other model go to the painter behind it.
public struct NullPainter: Painter {
    private let other: any Painter
    private let files: FileStore
    private let blocking: BlockingWork
    private let secondsAtTop: Double
    /// The picture that it has painted, by its format: always the same.
    private let painted = PaintedOnce()

    private final class PaintedOnce: Sendable {
        let pictures = Mutex<[String: PictureRecord]>([:])
    }

    /// - Parameter secondsAtTop: what a picture takes at the best rung; 0: nothing at all.
    public init(behind other: any Painter, files: FileStore, blocking: BlockingWork, secondsAtTop: Double) {
        self.other = other
        self.files = files
        self.blocking = blocking
        self.secondsAtTop = secondsAtTop
    }

    public func paint(
        _ request: PaintRequest,
        task: Int,
        rung: Rung,
        onPartial: @Sendable (PictureRecord) async -> Void
    ) async throws(PaintError) -> PictureRecord {
        guard request.model == ModelCatalogue.nullModel else {
            return try await other.paint(request, task: task, rung: rung, onPartial: onPartial)
        }
        if secondsAtTop > 0 { try? await Task.sleep(for: .seconds(rung.costDeviceSeconds)) }
        let name = "\(request.encoding.format.rawValue) \(request.encoding.quality)"
        if let known = painted.pictures.withLock({ $0[name] }) { return known }
        let (files, size) = (files, PixelSize(width: 16, height: 16))
        let pixels = [UInt8](repeating: 0xCC, count: size.width * size.height * 3)
        let raster = Raster(size: size, channels: 3, bytes: pixels)
        let picture = try await blocking.run { () throws(PaintError) in
            do {
                return PictureRecord(
                    digest: try files.write(try raster.encoded(as: request.encoding)),
                    format: request.encoding.format.rawValue,
                    width: size.width,
                    height: size.height,
                    revisedPrompt: "nothing"
                )
            } catch let error as ImagingError {
                throw .imaging(error)
            } catch let error as RecordsError {
                throw .records(error)
            } catch {
                throw .inference("\(error)")
            }
        }
        painted.pictures.withLock { $0[name] = picture }
        return picture
    }
}
