import Imaging
import TestKit
import Testing

@testable import Service

@Suite("Checks that several ask for")
struct InFlightChecksTests {
    /// Checks only when the test lets it.
    private actor Gate {
        private(set) var count = 0
        private var isOpen = false

        func check(_ outcome: InFlightChecks.Outcome) async -> InFlightChecks.Outcome {
            count += 1
            while !isOpen { try? await Task.sleep(for: .milliseconds(1)) }
            return outcome
        }

        func open() { isOpen = true }
    }

    private static func check(
        _ digest: String,
        _ view: UploadView = .whole,
        version: Int64 = 0,
        clearedAt: Int64? = nil
    ) -> UploadCheck {
        UploadCheck(digest: digest, view: view, worksVersion: version, clearedAt: clearedAt)
    }

    private static func isRefused(_ outcome: InFlightChecks.Outcome) -> Bool {
        if case .failure(.missingUpload) = outcome { true } else { false }
    }

    @Test("Ten who ask at once have one check, and all hear what it found")
    func sharesOne() async throws {
        let checks = InFlightChecks()
        let gate = Gate()
        let tasks = (0..<10).map { _ in
            Task { await checks.outcome(of: Self.check("a")) { await gate.check(.failure(.missingUpload)) } }
        }
        try await eventually { await gate.count == 1 && checks.waitingCount == 9 }
        await gate.open()
        for task in tasks { #expect(Self.isRefused(await task.value)) }
        #expect(await gate.count == 1)
        #expect(checks.waitingCount == 0)
    }

    @Test("Other uploads, views and works, what was cleared meanwhile, and later requests have checks of their own")
    func looksAgain() async throws {
        let checks = InFlightChecks()
        let gate = Gate()
        let slow = Task { await checks.outcome(of: Self.check("a")) { await gate.check(.failure(.missingUpload)) } }
        try await eventually { await gate.count == 1 }
        let middle = UploadView.middle(PixelSize(width: 1, height: 1))
        let others = [
            Self.check("b"), Self.check("a", middle), Self.check("a", version: 1), Self.check("a", clearedAt: 1),
        ]
        for other in others {
            #expect(!Self.isRefused(await checks.outcome(of: other) { .success(()) }))
        }
        await gate.open()
        #expect(Self.isRefused(await slow.value))
        #expect(!Self.isRefused(await checks.outcome(of: Self.check("a")) { .success(()) }))
    }
}
