internal import COpenVINO

/// How the process deals with the system's memory.
package enum ProcessMemory {
    /// Tells the allocator to give large freed blocks back at once.
    ///
    /// By default glibc raises its threshold to the largest block ever freed and keeps such blocks in one arena for
    /// each thread; with pictures of 12 MB and a dozen threads that doubles the resident memory of the server
    /// (`Benchmarks/memory.py`). To be called before the first picture.
    package static func keepSmall() {
        hs_keep_memory_small()
    }
}
