#if canImport(Glibc)
private import Glibc

/// A run holds thousands of connections; most shells allow a process 1,024 files.
enum OpenFileLimit {
    /// Asks for as many as the system grants. Without success the run goes on: small ones need no more.
    static func raise() {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(kind, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(kind, &limit)
    }
}
#else
enum OpenFileLimit {
    static func raise() {}
}
#endif
