internal import COpenVINO
internal import Synchronization

/// One graph in OpenVINO: compiled for the shapes that come often, and once for any shape.
final class OpenVINOGraph: Graph {
    private struct State: ~Copyable {
        var plan: ShapePlan
        /// Compiled for one shape, with the requests that are idle.
        var exact: [[GraphShape]: Compiled] = [:]
        var any: Compiled?
    }

    /// A compiled form and its idle requests; a request holds the working memory.
    private struct Compiled {
        let model: Handle
        var idle: [Handle] = []
    }

    private let file: String
    private let profile: GraphProfile
    private let turnstile: Turnstile
    private let runtime: OpenVINORuntime
    private let state: Mutex<State>

    init(
        file: String,
        profile: GraphProfile,
        settings: OpenVINOSettings,
        turnstile: Turnstile,
        runtime: OpenVINORuntime
    ) {
        self.file = file
        self.profile = profile
        self.turnstile = turnstile
        self.runtime = runtime
        // Corrected by prepare() when the processor turns out to have no 16-bit arithmetic.
        let plan = ShapePlan(
            profile: profile,
            budgetBytes: settings.memoryBudgetBytes / settings.streams,
            precisionFactor: settings.precision == .float32 ? 2 : 1
        )
        self.state = Mutex(State(plan: plan))
    }

    /// Compiles the form for any shape, and learns which precision OpenVINO has chosen.
    func prepare() async throws(InferenceError) {
        let model = try await runtime.compile(file, shapes: nil)
        let precision = try Self.precision(of: model)
        state.withLock { state in
            state.any = Compiled(model: model)
            let plan = state.plan
            state.plan = ShapePlan(
                profile: profile,
                budgetBytes: plan.budgetBytes,
                precisionFactor: precision == "f32" ? 2 : 1
            )
        }
    }

    func run<Result: Sendable>(
        _ inputs: [GraphInput],
        output: String,
        read: @Sendable ([Int], Span<Float>) -> Result
    ) async throws(InferenceError) -> Result {
        await turnstile.enter()
        defer { turnstile.leave() }
        let shapes = inputs.map { GraphShape(input: $0.name, dimensions: $0.shape) }
        let decision = state.withLock { state in
            let decision = state.plan.next(shapes)
            for evicted in decision.evicted { state.exact[evicted] = nil }
            if decision.releasesAny { state.any?.idle = [] }
            return decision
        }
        // glibc keeps freed memory for itself unless asked; the budget is meant for the process.
        if !decision.evicted.isEmpty || decision.releasesAny { malloc_trim(0) }

        let isExact = decision.form == .exact && profile.hasDynamicShapes
        let request = try await takeRequest(isExact ? shapes : nil)
        for input in inputs { try fill(input, of: request) }
        try await infer(request)
        let result = try readOutput(output, of: request, read)
        state.withLock { state in
            if isExact { state.exact[shapes]?.idle.append(request) } else { state.any?.idle.append(request) }
        }
        return result
    }

    /// An idle request of the form for `shapes` (nil: any), or a new one; compiles the form when there is none yet.
    private func takeRequest(_ shapes: [GraphShape]?) async throws(InferenceError) -> Handle {
        let (idle, model) = state.withLock { state -> (Handle?, Handle?) in
            guard let shapes else { return (state.any?.idle.popLast(), state.any?.model) }
            return (state.exact[shapes]?.idle.popLast(), state.exact[shapes]?.model)
        }
        if let idle { return idle }
        let compiled: Handle
        if let model {
            compiled = model
        } else {
            compiled = try await runtime.compile(file, shapes: shapes)
            state.withLock { state in
                if let shapes {
                    state.exact[shapes] = Compiled(model: compiled)
                } else {
                    state.any = Compiled(model: compiled)
                }
            }
        }
        return try unsafe Handle.make("make a request", free: ov_infer_request_free) { request in
            unsafe ov_compiled_model_create_infer_request(compiled.pointer, request)
        }
    }

    private func fill(_ input: GraphInput, of request: Handle) throws(InferenceError) {
        let tensor = try tensor(input.name, of: request)
        let dimensions = input.shape.map(Int64.init)
        var shape = unsafe ov_shape_t()
        try check("describe a shape", unsafe ov_shape_create(Int64(dimensions.count), dimensions, &shape))
        defer { unsafe ov_shape_free(&shape) }
        try check("shape \(input.name) as \(dimensions)", unsafe ov_tensor_set_shape(tensor.pointer, shape))
        let values = try unsafe values(of: tensor, count: input.shape.reduce(1, *))
        var span = unsafe values.mutableSpan
        input.fill(&span)
    }

    private func infer(_ request: Handle) async throws(InferenceError) {
        let completion = Completion()
        let started = await withCheckedContinuation { continuation in
            completion.prepare(continuation)
            var status = unsafe ov_infer_request_set_callback(request.pointer, completion.callback)
            if status == OK { status = unsafe ov_infer_request_start_async(request.pointer) }
            // Not started: the callback will never come.
            if status != OK { completion.resume(returning: status) }
        }
        try check("start", started)
        // The callback says that it ended, this says how; it returns once the callback has.
        let status = unsafe ov_infer_request_wait(request.pointer)
        withExtendedLifetime(completion) {}
        try check("run", status)
    }

    private func readOutput<Result>(
        _ output: String,
        of request: Handle,
        _ body: ([Int], Span<Float>) -> Result
    ) throws(InferenceError) -> Result {
        let tensor = try tensor(output, of: request)
        var shape = unsafe ov_shape_t()
        try check("ask for the shape of \(output)", unsafe ov_tensor_get_shape(tensor.pointer, &shape))
        defer { unsafe ov_shape_free(&shape) }
        let dimensions = unsafe (0..<Int(shape.rank)).map { unsafe Int(shape.dims[$0]) }
        let values = try unsafe values(of: tensor, count: dimensions.reduce(1, *))
        return unsafe body(dimensions, values.span)
    }

    private func tensor(_ name: String, of request: Handle) throws(InferenceError) -> Handle {
        try unsafe Handle.make("find the tensor \(name)", free: ov_tensor_free) { tensor in
            unsafe ov_infer_request_get_tensor(request.pointer, name, tensor)
        }
    }

    private func values(
        of tensor: Handle,
        count: Int
    ) throws(InferenceError) -> UnsafeMutableBufferPointer<Float> {
        var type = DYNAMIC
        try check("ask for a tensor's type", unsafe ov_tensor_get_element_type(tensor.pointer, &type))
        guard type == F32 else { throw .runtime(operation: "read a tensor", reason: "it is not of 32-bit floats") }
        var data: UnsafeMutableRawPointer?
        try check("ask for a tensor's memory", unsafe ov_tensor_data(tensor.pointer, &data))
        guard let data = unsafe data else { throw .runtime(operation: "read a tensor", reason: "it has no memory") }
        return unsafe UnsafeMutableBufferPointer(
            start: data.assumingMemoryBound(to: Float.self),
            count: count
        )
    }

    private static func precision(of model: Handle) throws(InferenceError) -> String {
        var value: UnsafeMutablePointer<CChar>?
        try check(
            "ask for the precision",
            unsafe ov_compiled_model_get_property(model.pointer, hs_property_precision(), &value)
        )
        guard let value = unsafe value else { return "f32" }
        defer { unsafe ov_free(value) }
        return unsafe String(cString: value)
    }
}

/// Waits for one run. OpenVINO keeps the address of the callback it is given, so this owns the memory there and must
/// outlive the run.
///
/// `@unchecked Sendable`: the pointer never changes, and the continuation is behind a lock.
@safe
private final class Completion: @unchecked Sendable {
    let callback: UnsafeMutablePointer<ov_callback_t>
    private let continuation = Mutex<CheckedContinuation<ov_status_e, Never>?>(nil)

    init() {
        unsafe callback = .allocate(capacity: 1)
        unsafe callback.initialize(to: ov_callback_t(callback_func: nil, args: nil))
    }

    deinit {
        unsafe callback.deinitialize(count: 1)
        unsafe callback.deallocate()
    }

    func prepare(_ continuation: CheckedContinuation<ov_status_e, Never>) {
        self.continuation.withLock { $0 = continuation }
        unsafe callback.pointee.args = Unmanaged.passUnretained(self).toOpaque()
        unsafe callback.pointee.callback_func = { context in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<Completion>.fromOpaque(context).takeUnretainedValue().resume(returning: OK)
        }
    }

    func resume(returning status: ov_status_e) {
        let waiting = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(returning: status)
    }
}
