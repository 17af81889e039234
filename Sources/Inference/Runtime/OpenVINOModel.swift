internal import COpenVINO

/// A network as it was read, before it is compiled for a processor.
struct OpenVINOModel: Sendable {
    private let core: Handle
    private let handle: Handle
    private let file: String

    /// Reads a file. Blocks.
    init(reading file: String, core: Handle) throws(InferenceError) {
        self.core = core
        self.file = file
        handle = try unsafe Handle.make("read \(file)", free: ov_model_free) { model in
            unsafe ov_core_read_model(core.pointer, file, nil, model)
        }
    }

    /// Settles an input's size, where the file leaves it open.
    func reshape(to shape: GraphShape) throws(InferenceError) {
        let dimensions = shape.dimensions.map(Int64.init)
        var partial = unsafe ov_partial_shape_t()
        try check(
            "describe the shape \(dimensions)",
            unsafe ov_partial_shape_create_static(Int64(dimensions.count), dimensions, &partial)
        )
        defer { unsafe ov_partial_shape_free(&partial) }
        try check(
            "shape the input \(shape.input) as \(dimensions)",
            unsafe ov_model_reshape_input_by_name(handle.pointer, shape.input, partial)
        )
    }

    /// Compiles it for this machine's processor. Blocks, for up to seconds.
    ///
    /// - Parameters:
    ///   - threads: on which a picture is computed.
    ///   - streams: how many are computed at once.
    ///   - isPinned: whether threads stay on their cores; nil: as OpenVINO sees fit.
    func compiled(
        threads: Int,
        streams: Int,
        precision: OpenVINOSettings.Precision,
        isPinned: Bool? = nil
    ) throws(InferenceError) -> Handle {
        var settings = unsafe [
            (String(cString: hs_property_threads()), String(threads)),
            (String(cString: hs_property_streams()), String(streams)),
        ]
        if precision != .automatic {
            unsafe settings.append((String(cString: hs_property_precision()), precision.rawValue))
        }
        if let isPinned { settings.append(("ENABLE_CPU_PINNING", isPinned ? "YES" : "NO")) }
        return try unsafe Handle.make("compile \(file)", free: ov_compiled_model_free) { compiled in
            unsafe Self.withProperties(settings[...], []) { properties in
                unsafe ov_core_compile_model_props(
                    core.pointer,
                    handle.pointer,
                    "CPU",
                    properties.count,
                    properties,
                    compiled
                )
            }
        }
    }

    /// The settings as C has them, for as long as `body` runs.
    private static func withProperties<Result>(
        _ settings: ArraySlice<(String, String)>,
        _ properties: [ov_property_t],
        _ body: ([ov_property_t]) -> Result
    ) -> Result {
        guard let (key, value) = settings.first else { return unsafe body(properties) }
        return unsafe key.withCString { key in
            unsafe value.withCString { value in
                unsafe withProperties(
                    settings.dropFirst(),
                    properties + [ov_property_t(key: key, value: value)],
                    body
                )
            }
        }
    }
}
