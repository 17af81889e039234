import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Records
import Service
import SurgeCore
import TestKit
import Testing

@testable import Gateway

@Suite("Streams of events")
struct LiveStreamTests {
    private struct Failure: Error {}

    @Test("A stream that cannot begin leaves no watch behind")
    func unwatches() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.path + "/heatsink.sqlite")
        let authorities = AuthorityWatch(store: store, clock: WallClock(), every: .seconds(3_600))
        let authority = Authority(credential: "c", account: AccountID(rawValue: "a"), asOperator: false)
        let filled = Counter()
        let router = Router(context: GatewayContext.self)
        router.route(
            "/events",
            [
                .get: { _, _ in
                    LiveStream.response(by: authority, authorities) { _ in
                        _ = filled.next()
                        throw Failure()
                    }
                }
            ]
        )
        try await Application(router: router).test(.live) { client in
            _ = try? await client.execute(uri: "/events", method: .get)
        }
        #expect(filled.value > 0)
        #expect(await authorities.count == 0)
    }

    private func after(_ id: String) throws -> Int64? {
        let head = HTTPRequest(
            method: .get,
            scheme: "http",
            authority: "localhost",
            path: "/v1/events",
            headerFields: [.lastEventID: id]
        )
        return try EventsController.after(Request(head: head, body: RequestBody(buffer: ByteBuffer())))
    }

    @Test("The id of an event is a whole number, written as one")
    func lastEventIDs() throws {
        #expect(try after("17") == 17)
        for id in ["+17", "-1", "017", "1 7", "17.0", "1e3", "x", "99999999999999999999"] {
            #expect(throws: APIError.self) { try after(id) }
        }
    }
}
