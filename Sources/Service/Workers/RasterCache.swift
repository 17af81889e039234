internal import Imaging
internal import Synchronization

/// Decoded photos between acceptance, which decodes to see that they are whole, and painting, which needs them.
///
/// Bounded in bytes: under load the queue is long, the cache forgets, and painting decodes again.
final class RasterCache: Sendable {
    struct Key: Hashable, Sendable {
        let digest: String
        let size: PixelSize?
        let workingSide: Int
    }

    private struct State {
        var rasters: [Key: Raster] = [:]
        /// The oldest first.
        var order: [Key] = []
        var bytes = 0
    }

    private let limitBytes: Int
    private let state = Mutex(State())

    init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    func insert(_ raster: Raster, for key: Key) {
        guard raster.bytes.count <= limitBytes else { return }
        state.withLock { state in
            guard state.rasters.updateValue(raster, forKey: key) == nil else { return }
            state.order.append(key)
            state.bytes += raster.bytes.count
            while state.bytes > limitBytes {
                let oldest = state.order.removeFirst()
                state.bytes -= state.rasters.removeValue(forKey: oldest)?.bytes.count ?? 0
            }
        }
    }

    func raster(for key: Key) -> Raster? {
        state.withLock { $0.rasters[key] }
    }

    /// Lets a photo go that nobody will ask for again.
    func remove(_ key: Key) {
        state.withLock { state in
            guard let raster = state.rasters.removeValue(forKey: key) else { return }
            state.order.removeAll { $0 == key }
            state.bytes -= raster.bytes.count
        }
    }
}
