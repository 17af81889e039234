internal import COpenVINO
internal import Synchronization

/// One graph in OpenVINO: compiled for the shapes that come often, and once for any shape.
final class OpenVINOGraph: Graph {
    /// Which compiled form a run uses; nil is the one for any shape.
    private typealias Form = [GraphShape]?

    /// A compiled form and its idle requests. The working memory belongs to the form, the inputs and outputs to each
    /// request.
    private struct Compiled {
        let model: Handle
        var idle: [Handle] = []
    }

    private struct State: ~Copyable {
        var plan: ShapePlan
        var forms: [Form: Compiled] = [:]
        /// Runs that hold a request.
        var active = 0
        /// Resumed when `active` comes down to 0.
        var drained: CheckedContinuation<Void, Never>?
    }

    private let file: String
    private let profile: GraphProfile
    private let semaphore: AsyncSemaphore
    private let runtime: OpenVINORuntime
    /// Passed by one run at a time on its way to a request, so that a form is compiled once and let go when unused.
    private let exclusion = AsyncSemaphore(permits: 1)
    private let state: Mutex<State>

    init(
        file: String,
        profile: GraphProfile,
        settings: OpenVINOSettings,
        semaphore: AsyncSemaphore,
        runtime: OpenVINORuntime
    ) {
        self.file = file
        self.profile = profile
        self.semaphore = semaphore
        self.runtime = runtime
        // Corrected by prepare() when the processor turns out to have no 16-bit arithmetic.
        let plan = ShapePlan(
            profile: profile,
            budgetBytes: settings.memoryBudgetBytes / settings.streams,
            precisionFactor: 1
        )
        self.state = Mutex(State(plan: plan))
    }

    /// Compiles the form for any shape, and learns which precision OpenVINO has chosen.
    func prepare() async throws(InferenceError) {
        let model = try await runtime.compile(file, profile: profile, shapes: nil)
        let precision = try Self.precision(of: model)
        state.withLock { state in
            state.forms[nil] = Compiled(model: model)
            state.plan = ShapePlan(
                profile: profile,
                budgetBytes: state.plan.budgetBytes,
                precisionFactor: precision == "f32" ? 2 : 1
            )
        }
    }

    func run<Result: Sendable>(
        _ inputs: [GraphInput],
        output: String,
        read: @Sendable ([Int], Span<Float>) -> Result
    ) async throws(InferenceError) -> Result {
        let (request, form) = try await takeRequest(inputs.map { GraphShape(input: $0.name, dimensions: $0.shape) })
        defer { giveBack(request, form) }
        // Filling and reading take one core; the network, which takes all of them, runs for somebody else meanwhile.
        for input in inputs { try fill(input, of: request) }
        await semaphore.wait()
        do throws(InferenceError) {
            try await infer(request)
        } catch {
            semaphore.signal()
            throw error
        }
        semaphore.signal()
        return try readOutput(output, of: request, read)
    }

    /// A request of the form that the plan chooses for `shapes`; compiles the form when it is not there.
    private func takeRequest(_ shapes: [GraphShape]) async throws(InferenceError) -> (Handle, Form) {
        await exclusion.wait()
        defer { exclusion.signal() }
        let decision = state.withLock { $0.plan.next(shapes) }
        if decision.makesRoom {
            await waitUntilUnused()
            state.withLock { state in
                for evicted in decision.evicted { state.forms[evicted] = nil }
                if decision.evictsAny { state.forms[nil] = nil }
            }
            // glibc keeps freed memory for itself unless asked; the budget is meant for the process.
            malloc_trim(0)
        }
        let form: Form = decision.form == .exact && profile.hasDynamicShapes ? shapes : nil
        if state.withLock({ $0.forms[form] == nil }) {
            let model = try await runtime.compile(file, profile: profile, shapes: form)
            state.withLock { $0.forms[form] = Compiled(model: model) }
        }
        let (idle, model) = state.withLock { state -> (Handle?, Handle?) in
            state.active += 1
            return (state.forms[form]?.idle.popLast(), state.forms[form]?.model)
        }
        if let idle { return (idle, form) }
        do throws(InferenceError) {
            guard let model else { throw .runtime(operation: "make a request", reason: "the graph is gone") }
            let request = try unsafe Handle.make("make a request", free: ov_infer_request_free) { request in
                unsafe ov_compiled_model_create_infer_request(model.pointer, request)
            }
            return (request, form)
        } catch {
            leave()
            throw error
        }
    }

    private func giveBack(_ request: Handle, _ form: Form) {
        state.withLock { $0.forms[form]?.idle.append(request) }
        leave()
    }

    private func leave() {
        let drained = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.active -= 1
            guard state.active == 0 else { return nil }
            defer { state.drained = nil }
            return state.drained
        }
        drained?.resume()
    }

    /// Only while `exclusion` is held: nobody takes a request meanwhile.
    private func waitUntilUnused() async {
        await withCheckedContinuation { continuation in
            let isUnused = state.withLock { state in
                if state.active > 0 { state.drained = continuation }
                return state.active == 0
            }
            if isUnused { continuation.resume() }
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
