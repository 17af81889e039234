import Hummingbird
import Logging
import NIOCore
import Records

/// What is known of a request while it is answered.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Whose key the request carries; nil where none is needed.
    var account: Account?

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        account = nil
    }

    /// Bodies are read piece by piece, with limits of their own; this bounds what Hummingbird itself would collect.
    var maxUploadSize: Int { 1 << 20 }

    /// The account of an authenticated route.
    func requireAccount() throws(APIError) -> Account {
        guard let account else { throw .unauthorized }
        return account
    }
}
