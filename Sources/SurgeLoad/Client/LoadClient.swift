internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Sends requests and reads answers in the three ways that clients do.
struct LoadClient: Sendable {
    let http: HTTPClient
    let target: LoadTarget

    /// A client that never lets a request wait for a connection. Shut it down at the end.
    static func makeHTTP() -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        // As the official client has them.
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(600))
        configuration.connectionPool.idleTimeout = .seconds(5)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_000_000
        // Trying again is the simulated client's business.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            configuration: configuration
        )
    }

    func request(_ method: HTTPMethod, _ path: String, key: String?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: target.url + path)
        request.method = method
        request.headers.add(name: "user-agent", value: "heatsink-load")
        if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
        return request
    }

    /// Sends a request once and waits for its end.
    ///
    /// - Throws: only `CancellationError`: whoever waited gave up.
    func attempt(
        _ path: String,
        _ body: RequestBody,
        key: String,
        mode: LoadMode,
        trail: RequestTrail
    ) async throws -> AttemptEnding {
        var request = request(.POST, path, key: key)
        request.headers.add(name: "content-type", value: body.contentType)
        request.headers.add(name: "accept", value: mode == .streamed ? "text/event-stream" : "application/json")
        if mode == .async { request.headers.add(name: "prefer", value: "respond-async") }
        request.body = body.client
        return try await orBroken {
            let response = try await http.execute(request, deadline: .distantFuture)
            trail.learn(JobTold(response.headers))
            switch (response.status.code, mode) {
            case (200, .held), (200, .async): return Self.images(try await Self.bytes(of: response))
            case (200, .streamed): return try await events(of: response)
            case (202, .async): return try await follow(response, key: key, trail: trail)
            default: return await Self.refusal(response)
            }
        }
    }

    /// Turns whatever the connection throws into an ending, unless it is our own giving up.
    func orBroken(_ work: () async throws -> AttemptEnding) async throws -> AttemptEnding {
        do {
            return try await work()
        } catch {
            try Task.checkCancellation()
            return .broken
        }
    }

    static func bytes(of response: HTTPClientResponse) async throws -> ByteBuffer {
        try await response.body.collect(upTo: LoadLimits.answerBytes)
    }

    private static func images(_ bytes: ByteBuffer) -> AttemptEnding {
        guard let images = AnswerDocuments.read(AnswerDocuments.Images.self, bytes), images.pictures > 0 else {
            return .unreadable
        }
        return .delivered(pictures: images.pictures)
    }

    /// An answer that is no success. What its body says is read if it can be; its status counts in any case.
    static func refusal(_ response: HTTPClientResponse) async -> AttemptEnding {
        let bytes = try? await Self.bytes(of: response)
        let failure = bytes.flatMap { AnswerDocuments.read(AnswerDocuments.Failure.self, $0) }
        return .refused(
            status: Int(response.status.code),
            code: failure?.error?.code,
            advice: RetryAdvice(
                shouldRetry: response.headers.first(name: "x-should-retry"),
                afterMilliseconds: response.headers.first(name: "retry-after-ms"),
                after: response.headers.first(name: "retry-after")
            )
        )
    }

    /// Reads server-sent events until `[DONE]`. The official client does not retry a stream that breaks after it began.
    private func events(of response: HTTPClientResponse) async throws -> AttemptEnding {
        var reader = EventStreamReader()
        var pictures = 0
        do {
            for try await bytes in response.body {
                reader.append(bytes)
                while let event = reader.next() {
                    if event.isDone { return pictures > 0 ? .delivered(pictures: pictures) : .unreadable }
                    if event.name == "error" {
                        let failure = AnswerDocuments.read(AnswerDocuments.Failure.self, event.data)
                        return .jobFailed(status: "failed", code: failure?.error?.code)
                    }
                    guard let picture = AnswerDocuments.read(AnswerDocuments.Picture.self, event.data) else {
                        return .unreadable
                    }
                    let isLast = (event.name ?? picture.type)?.hasSuffix(".completed") == true
                    if isLast && picture.isThere { pictures += 1 }
                }
            }
        } catch {
            try Task.checkCancellation()
        }
        return .streamBroken
    }
}
