/// Executes compiled graphs on named tensors. OpenVINO on CPUs first; others behind the same two protocols.
public protocol Runtime: Sendable {
    /// Reads a graph from a file and makes it ready to run.
    func load(_ file: String, profile: GraphProfile) async throws(InferenceError) -> any Graph
}

/// A graph that is ready to run.
public protocol Graph: Sendable {
    /// Runs once.
    ///
    /// - Parameters:
    ///   - inputs: every input of the graph, with the shape it has this time.
    ///   - output: the name of the output to read.
    ///   - read: called once, with the output's shape and values, before anything else may use the memory.
    func run<Result: Sendable>(
        _ inputs: [GraphInput],
        output: String,
        read: @Sendable ([Int], Span<Float>) -> Result
    ) async throws(InferenceError) -> Result
}

/// One input, written straight into the runtime's memory: a copy of a large picture costs milliseconds.
public struct GraphInput: Sendable {
    let name: String
    let shape: [Int]
    let fill: @Sendable (inout MutableSpan<Float>) -> Void

    /// - Parameter fill: writes every value; row-major order.
    public init(_ name: String, shape: [Int], fill: @escaping @Sendable (inout MutableSpan<Float>) -> Void) {
        self.name = name
        self.shape = shape
        self.fill = fill
    }

    /// An input of values that exist already.
    public init(_ name: String, shape: [Int], values: [Float]) {
        precondition(values.count == shape.reduce(1, *), "the shape \(shape) does not hold \(values.count) values")
        self.init(name, shape: shape) { span in
            span.write(values, at: 0)
        }
    }
}

extension MutableSpan<Float> {
    /// Copies `values` to the places from `start`.
    mutating func write(_ values: [Float], at start: Int) {
        precondition(start >= 0 && start + values.count <= count, "\(values.count) values do not fit at \(start)")
        unsafe withUnsafeMutableBufferPointer { target in
            _ = unsafe target[start...].update(fromContentsOf: values)
        }
    }
}

/// What a runtime should know of a graph to use memory well.
public struct GraphProfile: Hashable, Sendable, Codable {
    /// Bytes of working memory for each value of the largest input, with 16-bit arithmetic, compiled for one shape.
    public let staticBytesPerValue: Int
    /// The same when the graph was compiled for any shape: less memory, more time.
    public let dynamicBytesPerValue: Int
    /// Whether the graph takes inputs of any shape.
    public let hasDynamicShapes: Bool
    /// Whether the graph is quantised to 8 bits. What lies between its 8-bit steps is then computed in 32 bits: 16 would
    /// gain no time and flip roundings, which instance normalisation makes visible.
    public let isQuantised: Bool
    /// The arithmetic that the graph must run in; nil leaves it to the settings.
    public let precision: Precision?

    public enum Precision: String, Hashable, Sendable, Codable {
        /// 32 bits, and always the same compiled form, so that equal inputs give equal outputs to the bit, whatever ran
        /// before or beside them.
        case float32 = "f32"
    }

    public init(
        staticBytesPerValue: Int,
        dynamicBytesPerValue: Int,
        hasDynamicShapes: Bool,
        isQuantised: Bool = false,
        precision: Precision? = nil
    ) {
        self.staticBytesPerValue = staticBytesPerValue
        self.dynamicBytesPerValue = dynamicBytesPerValue
        self.hasDynamicShapes = hasDynamicShapes
        self.isQuantised = isQuantised
        self.precision = precision
    }

    enum CodingKeys: String, CodingKey {
        case staticBytesPerValue = "static_bytes_per_value"
        case dynamicBytesPerValue = "dynamic_bytes_per_value"
        case hasDynamicShapes = "dynamic_shapes"
        case isQuantised = "quantised"
        case precision
    }
}
