import Imaging
import TestKit
import Testing

@testable import Service

@Suite("Looks that several ask for")
struct SharedLooksTests {
    /// Looks only when the test lets it.
    private actor Gate {
        private(set) var looks = 0
        private var isOpen = false

        func look(_ outcome: SharedLooks.Outcome) async -> SharedLooks.Outcome {
            looks += 1
            while !isOpen { try? await Task.sleep(for: .milliseconds(1)) }
            return outcome
        }

        func open() { isOpen = true }
    }

    private static func look(
        _ digest: String,
        _ view: UploadView = .whole,
        version: Int64 = 0,
        clearedAt: Int64? = nil
    ) -> UploadLook {
        UploadLook(digest: digest, view: view, worksVersion: version, clearedAt: clearedAt)
    }

    private static func isRefused(_ outcome: SharedLooks.Outcome) -> Bool {
        if case .failure(.missingUpload) = outcome { true } else { false }
    }

    @Test("Ten who ask at once have one look, and all hear what it found")
    func sharesOne() async throws {
        let looks = SharedLooks()
        let gate = Gate()
        let tasks = (0..<10).map { _ in
            Task { await looks.outcome(of: Self.look("a")) { await gate.look(.failure(.missingUpload)) } }
        }
        try await eventually { await gate.looks == 1 && looks.waitingCount == 9 }
        await gate.open()
        for task in tasks { #expect(Self.isRefused(await task.value)) }
        #expect(await gate.looks == 1)
        #expect(looks.waitingCount == 0)
    }

    @Test("Other uploads, views and works, what was cleared meanwhile, and later requests have looks of their own")
    func looksAgain() async throws {
        let looks = SharedLooks()
        let gate = Gate()
        let slow = Task { await looks.outcome(of: Self.look("a")) { await gate.look(.failure(.missingUpload)) } }
        try await eventually { await gate.looks == 1 }
        let middle = UploadView.middle(PixelSize(width: 1, height: 1))
        let others = [
            Self.look("b"), Self.look("a", middle), Self.look("a", version: 1), Self.look("a", clearedAt: 1),
        ]
        for other in others {
            #expect(!Self.isRefused(await looks.outcome(of: other) { .success(()) }))
        }
        await gate.open()
        #expect(Self.isRefused(await slow.value))
        #expect(!Self.isRefused(await looks.outcome(of: Self.look("a")) { .success(()) }))
    }
}
