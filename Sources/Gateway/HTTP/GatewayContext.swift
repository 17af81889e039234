internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Records

/// What is known of a request while it is answered.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Whose key or session the request carries; nil where none is needed.
    var account: Account?
    /// The digest of that key or session.
    var credential: String?
    /// Who is at the other end of the connection: a client, or a proxy.
    let remoteAddress: String?
    let channel: any Channel

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        account = nil
        credential = nil
        channel = source.channel
        remoteAddress = source.channel.remoteAddress?.ipAddress
    }

    /// Bodies are read piece by piece, with limits of their own; this bounds what Hummingbird itself would collect.
    var maxUploadSize: Int { 1 << 20 }

    /// The account of an authenticated route.
    func requireAccount() throws(APIError) -> Account {
        guard let account else { throw .unauthorized }
        return account
    }

    /// By what right an answer goes on that lasts.
    func authority(asOperator: Bool = false) throws(APIError) -> Authority {
        guard let account, let credential else { throw .unauthorized }
        return Authority(credential: credential, account: account.id, asOperator: asOperator)
    }

    /// The account of a route for operators.
    func requireOperator() throws(APIError) -> Account {
        let account = try requireAccount()
        guard account.isOperator else { throw .operatorsOnly }
        return account
    }
}

/// What answers a request.
typealias Handler = @Sendable (Request, GatewayContext) async throws -> Response
