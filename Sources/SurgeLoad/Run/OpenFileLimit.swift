#if canImport(Glibc)
private import Glibc

/// A run, and a server, hold thousands of connections; most shells allow a process 1,024 files.
package enum OpenFileLimit {
    /// Asks for as many as the system grants. Without success it goes on: small ones need no more.
    package static func raise() {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(kind, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(kind, &limit)
    }
}
#else
package enum OpenFileLimit {
    package static func raise() {}
}
#endif
