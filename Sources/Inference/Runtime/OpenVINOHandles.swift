internal import COpenVINO

/// Turns a status of the C interface into an error.
func check(_ operation: String, _ status: ov_status_e) throws(InferenceError) {
    guard status == OK else {
        let message = unsafe ov_get_last_err_msg().map { unsafe String(cString: $0) } ?? ""
        let text = message.isEmpty ? unsafe String(cString: ov_get_error_info(status)) : message
        throw .runtime(operation: operation, reason: text.split(separator: "\n").last.map(String.init) ?? text)
    }
}

/// A value of OpenVINO's C interface that somebody must free, and its only owner.
///
/// `@unchecked Sendable`: the pointer is written once, before anybody else sees it; which calls may run beside each
/// other is the business of whoever holds the handle (``OpenVINOGraph`` gives a request to one run at a time).
@safe final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let free: (OpaquePointer) -> Void

    private init(_ pointer: OpaquePointer, free: @escaping (OpaquePointer) -> Void) {
        unsafe self.pointer = pointer
        unsafe self.free = free
    }

    deinit { unsafe free(pointer) }

    /// Calls a C function that makes a value, and takes the value over.
    static func make(
        _ operation: String,
        free: @escaping (OpaquePointer) -> Void,
        _ create: (UnsafeMutablePointer<OpaquePointer?>) -> ov_status_e
    ) throws(InferenceError) -> Handle {
        var pointer: OpaquePointer?
        try check(operation, unsafe create(&pointer))
        guard let pointer = unsafe pointer else { throw .runtime(operation: operation, reason: "it gave nothing") }
        return unsafe Handle(pointer, free: free)
    }
}
