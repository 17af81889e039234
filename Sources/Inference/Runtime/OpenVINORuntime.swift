internal import COpenVINO
internal import Dispatch

/// OpenVINO through its C interface.
///
/// Reading and compiling block; they run on a queue of their own, never on Swift's cooperative threads. Running is
/// asynchronous: OpenVINO's threads call back when a picture is done.
public final class OpenVINORuntime: Runtime {
    private let core: Handle
    private let queue = DispatchQueue(label: "heatsink.openvino", qos: .userInitiated, attributes: .concurrent)
    private let settings: OpenVINOSettings
    private let semaphore: AsyncSemaphore

    /// - Throws: ``InferenceError/runtime(operation:reason:)`` when OpenVINO does not start.
    public init(settings: OpenVINOSettings = OpenVINOSettings()) throws(InferenceError) {
        self.settings = settings
        self.semaphore = AsyncSemaphore(permits: settings.streams)
        self.core = try unsafe Handle.make("start", free: ov_core_free) { unsafe ov_core_create($0) }
    }

    /// OpenVINO's version, for reports.
    public static var version: String {
        var version = unsafe ov_version_t()
        guard unsafe ov_get_openvino_version(&version) == OK else { return "unknown" }
        defer { unsafe ov_version_free(&version) }
        return unsafe String(cString: version.buildNumber)
    }

    public func load(_ file: String, profile: GraphProfile) async throws(InferenceError) -> any Graph {
        let graph = OpenVINOGraph(file: file, profile: profile, settings: settings, semaphore: semaphore, runtime: self)
        // Compiled once here so that a broken file is found at start-up and the first picture does not wait for it.
        try await graph.prepare()
        return graph
    }

    /// Reads the file and compiles it: for the given shapes, or for any when `shapes` is nil.
    func compile(_ file: String, profile: GraphProfile, shapes: [GraphShape]?) async throws(InferenceError) -> Handle {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<CompileResult, Never>) in
            queue.async { [self] in
                continuation.resume(
                    returning: CompileResult { () throws(InferenceError) -> Handle in
                        try compileBlocking(file, profile: profile, shapes: shapes)
                    }
                )
            }
        }
        return try result.get()
    }

    private typealias CompileResult = Result<Handle, InferenceError>

    private func compileBlocking(
        _ file: String,
        profile: GraphProfile,
        shapes: [GraphShape]?
    ) throws(InferenceError) -> Handle {
        let model = try OpenVINOModel(reading: file, core: core)
        for shape in shapes ?? [] { try model.reshape(to: shape) }
        let needsFloat32 = profile.isQuantised || profile.precision == .float32
        return try model.compiled(
            threads: settings.threads,
            streams: settings.streams,
            precision: needsFloat32 ? .float32 : settings.precision
        )
    }
}

/// An input's name with its dimensions.
struct GraphShape: Hashable, Sendable {
    let input: String
    let dimensions: [Int]
}
