/// Waits for what another task is about to bring about, however busy the machine is: up to ten minutes and more.
///
/// - Throws: ``NeverCame`` when it did not come about.
public func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<60_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverCame()
}

/// What a test waited for did not come about.
public struct NeverCame: Error {}
