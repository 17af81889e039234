internal import BinaryText
internal import COpenVINO
internal import Crypto
internal import Foundation
public import Imaging
internal import Synchronization

/// Scores pictures by how likely they are pornographic or gory; `Docs/Safety.md` says how well.
///
/// The network is `image-safety-classifier-s` by Owen Elliott; `Models/safety/CARD.md` has its origin. The graph
/// itself brings 0...255 to the range it was trained on and ends in a softmax over (graphic, sexual, everything else).
public final class SafetyClassifier: Sendable {
    /// The file's place in the folder of the models.
    public static let file = "safety/classifier.onnx"

    static let sha256 = "fef443ed68ae25ed693b6fef9e456071692ed3963cff4168acb39c3de6f017e7"
    /// Both sides of the picture that the network looks at, in pixels.
    static let side = 224
    private static let input = "image"
    private static let output = "probabilities"
    private static let target = PixelSize(width: side, height: side)

    private let core: Handle
    /// One for each picture that may be looked at at once: calls of one compiled network wait for each other.
    private let networks: [Handle]
    /// One of each network, while it is idle.
    private let requests: Mutex<[Handle]>
    /// Lets as many in as there are requests.
    private let slots: DispatchSemaphore

    /// Reads and compiles the network. Blocks, for about half a second of a core.
    ///
    /// - Parameters:
    ///   - models: the folder of the models.
    ///   - simultaneous: how many pictures are looked at at once, each on the thread that asks; more wait their turn. Each
    ///     takes memory for a network of its own.
    ///   - precision: with 16 bits where the processor has them it takes about half the time.
    /// - Throws: ``InferenceError/missingFile(path:)``, ``InferenceError/checksumMismatch(path:)``,
    ///   ``InferenceError/runtime(operation:reason:)``.
    public init(
        models: String,
        simultaneous: Int = 1,
        precision: OpenVINOSettings.Precision = .automatic
    ) throws(InferenceError) {
        let path = "\(models)/\(Self.file)"
        try Self.verify(path)
        let count = max(1, simultaneous)
        let core = try unsafe Handle.make("start", free: ov_core_free) { unsafe ov_core_create($0) }
        let model = try OpenVINOModel(reading: path, core: core)
        // For one picture at a time: the file leaves the number open, and what is open cannot be folded away.
        try model.reshape(to: GraphShape(input: Self.input, dimensions: [1, 3, Self.side, Self.side]))
        var networks: [Handle] = []
        var requests: [Handle] = []
        for _ in 0..<count {
            // With one thread OpenVINO computes on the calling one, so the caller's priority holds; not pinned, lest the
            // check wait for a core that paints while another is idle.
            let network = try model.compiled(threads: 1, streams: 1, precision: precision, isPinned: false)
            networks.append(network)
            try requests.append(
                unsafe Handle.make("make a request", free: ov_infer_request_free) { request in
                    unsafe ov_compiled_model_create_infer_request(network.pointer, request)
                }
            )
        }
        self.core = core
        self.networks = networks
        self.requests = Mutex(requests)
        slots = DispatchSemaphore(value: count)
    }

    /// Looks at a picture. Blocks, so not for Swift's cooperative threads.
    ///
    /// The whole picture is looked at, squeezed to a square: nothing at its edges is missed, small things may be.
    ///
    /// - Parameter picture: sRGB, three channels, any size.
    /// - Throws: ``InferenceError/invalidRequest(reason:)`` for a picture of other channels,
    ///   ``InferenceError/runtime(operation:reason:)``.
    public func scores(of picture: Raster) throws(InferenceError) -> SafetyScores {
        guard picture.channels == 3 else {
            throw .invalidRequest(reason: "the safety check looks at three channels, not at \(picture.channels)")
        }
        let pixels = TriangleResampler(from: picture.size, to: Self.target).resize(picture)
        slots.wait()
        defer { slots.signal() }
        guard let request = requests.withLock({ $0.popLast() }) else {
            throw .runtime(operation: "judge a picture", reason: "no request is free")
        }
        defer { requests.withLock { $0.append(request) } }
        try write(pixels, to: request)
        try check("judge a picture", unsafe ov_infer_request_infer(request.pointer))
        return try readScores(of: request)
    }

    private static func verify(_ path: String) throws(InferenceError) {
        guard let data = FileManager.default.contents(atPath: path) else { throw .missingFile(path: path) }
        guard SHA256.hash(data: data).hexadecimal == sha256 else { throw .checksumMismatch(path: path) }
    }

    /// Writes three planes, red first.
    private func write(_ pixels: [UInt8], to request: Handle) throws(InferenceError) {
        let plane = Self.side * Self.side
        try unsafe withValues(of: Self.input, of: request, count: 3 * plane) { values in
            unsafe pixels.withUnsafeBufferPointer { pixels in
                for channel in 0..<3 {
                    for place in 0..<plane {
                        unsafe values[channel &* plane &+ place] = Float(pixels[place &* 3 &+ channel])
                    }
                }
            }
        }
    }

    private func readScores(of request: Handle) throws(InferenceError) -> SafetyScores {
        let (graphic, sexual) = try unsafe withValues(of: Self.output, of: request, count: 3) { values in
            unsafe (Double(values[0]), Double(values[1]))
        }
        guard (0...1).contains(graphic), (0...1).contains(sexual) else {
            throw .runtime(operation: "judge a picture", reason: "\(sexual) and \(graphic) are no probabilities")
        }
        return SafetyScores(sexual: sexual, graphic: graphic)
    }

    private func withValues<Result>(
        of name: String,
        of request: Handle,
        count: Int,
        _ body: (UnsafeMutableBufferPointer<Float>) -> Result
    ) throws(InferenceError) -> Result {
        let tensor = try unsafe Handle.make("find the tensor \(name)", free: ov_tensor_free) { tensor in
            unsafe ov_infer_request_get_tensor(request.pointer, name, tensor)
        }
        var type = DYNAMIC
        try check("ask for a tensor's type", unsafe ov_tensor_get_element_type(tensor.pointer, &type))
        var size = 0
        try check("ask for a tensor's size", unsafe ov_tensor_get_size(tensor.pointer, &size))
        var data: UnsafeMutableRawPointer?
        try check("ask for a tensor's memory", unsafe ov_tensor_data(tensor.pointer, &data))
        guard type == F32, size == count, let data = unsafe data else {
            throw .runtime(operation: "use the tensor \(name)", reason: "it is not \(count) floats of 32 bits")
        }
        return unsafe body(UnsafeMutableBufferPointer(start: data.assumingMemoryBound(to: Float.self), count: count))
    }
}
