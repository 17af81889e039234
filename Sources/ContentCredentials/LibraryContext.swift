internal import CC2PA

/// Settings of the C2PA library with a signer or without, made once and used for every picture.
///
/// `@unchecked Sendable`: the library's contexts do not change and may be used by several threads at once.
@safe final class LibraryContext: @unchecked Sendable {
    private let context: LibraryHandle

    /// - Parameter timestampAuthority: asked during every signature.
    init(
        settings: LibrarySettings,
        identity: SigningIdentity? = nil,
        timestampAuthority: String? = nil
    ) throws(LibraryFailure) {
        let values = try unsafe LibraryHandle(c2pa_settings_new())
        try LibraryFailure.check(
            unsafe c2pa_settings_update_from_string(values.pointer, try settings.json(), "json")
        )
        let builder = try unsafe LibraryHandle(c2pa_context_builder_new())
        try LibraryFailure.check(unsafe c2pa_context_builder_set_settings(builder.pointer, values.pointer))
        if let identity {
            let signer = try Self.signer(for: identity, timestampAuthority: timestampAuthority)
            try LibraryFailure.check(unsafe c2pa_context_builder_set_signer(builder.pointer, signer.handOver()))
        }
        context = try unsafe LibraryHandle(c2pa_context_builder_build(builder.handOver()))
    }

    private static func signer(
        for identity: SigningIdentity,
        timestampAuthority: String?
    ) throws(LibraryFailure) -> LibraryHandle {
        let pointer = unsafe identity.algorithm.rawValue.withCString { algorithm in
            unsafe identity.chain.withCString { chain in
                unsafe identity.privateKey.withCString { key in
                    unsafe withOptionalCString(timestampAuthority) { address in
                        var info = unsafe C2paSignerInfo(
                            alg: algorithm,
                            sign_cert: chain,
                            private_key: key,
                            ta_url: address
                        )
                        return unsafe c2pa_signer_from_info(&info)
                    }
                }
            }
        }
        return try unsafe LibraryHandle(pointer)
    }

    private static func withOptionalCString<Result>(
        _ text: String?,
        _ body: (UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let text else { return body(nil) }
        return unsafe text.withCString { unsafe body($0) }
    }

    /// A manifest to be filled and signed.
    func builder(of definition: String) throws(LibraryFailure) -> LibraryHandle {
        let empty = try unsafe LibraryHandle(c2pa_builder_from_context(context.pointer))
        return try unsafe LibraryHandle(c2pa_builder_with_definition(empty.handOver(), definition))
    }

    /// The library's report of a file, in JSON.
    func report(of file: [UInt8], mediaType: String) throws(LibraryFailure) -> String {
        let empty = try unsafe LibraryHandle(c2pa_reader_from_context(context.pointer))
        let pointer = unsafe empty.handOver()
        let reader = try unsafe MemoryStream(reading: file).lend { stream throws(LibraryFailure) in
            try unsafe LibraryHandle(c2pa_reader_with_stream(pointer, mediaType, stream))
        }
        guard let text = unsafe c2pa_reader_json(reader.pointer) else { throw LibraryFailure.last() }
        defer { unsafe _ = c2pa_free(text) }
        return unsafe String(cString: text)
    }
}
