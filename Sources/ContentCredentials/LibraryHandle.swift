internal import CC2PA

/// A value of the C2PA library that somebody must free, and its only owner.
@safe struct LibraryHandle: ~Copyable {
    let pointer: OpaquePointer

    /// - Throws: ``LibraryFailure`` when the call gave nothing.
    init(_ pointer: OpaquePointer?) throws(LibraryFailure) {
        guard let pointer = unsafe pointer else { throw LibraryFailure.last() }
        unsafe self.pointer = pointer
    }

    deinit { unsafe _ = c2pa_free(UnsafeRawPointer(pointer)) }

    /// Hands the value over to a call that takes it, whether the call succeeds or not.
    consuming func handOver() -> OpaquePointer {
        let pointer = unsafe pointer
        discard self
        return unsafe pointer
    }
}
