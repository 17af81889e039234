import Foundation
import TestKit
import Testing

@testable import Inference

@Suite("Pictures under way, as bytes")
struct FlowStateTests {
    private func state(stepsDone: Int = 3, firstStep: Int = 1) -> FlowState {
        let shape = LatentShape(channels: 2, height: 4, width: 6)
        let isUnderWay = stepsDone > firstStep && stepsDone < 8
        return FlowState(
            model: "meadow",
            modelDigest: "00ff",
            rungName: "8 steps, schön",
            seed: .max - 5,
            stepCount: 8,
            firstStep: firstStep,
            stepsDone: stepsDone,
            shape: shape,
            condition: [0.25, 1, 0],
            latent: FlowNoise.values(shape.count, seed: 1),
            velocity: isUnderWay ? FlowNoise.values(shape.count, seed: 2) : []
        )
    }

    /// Bytes whose checksum is right, whatever they say.
    private func sealed(_ body: [UInt8]) -> [UInt8] { body + FlowState.checksum(body[...]) }

    private func isRefused(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try FlowState(bytes: bytes)
            return false
        } catch {
            if case .invalidState = error { return true }
            return false
        }
    }

    @Test("A state comes back from its bytes as it was: before the first step, under way, at the end")
    func roundTrips() throws {
        for stepsDone in [1, 3, 8] {
            let state = state(stepsDone: stepsDone)
            #expect(try FlowState(bytes: state.bytes) == state)
        }
        #expect(state(stepsDone: 3).bytes.count < 500)
    }

    @Test("A state comes back from JSON as it was")
    func roundTripsAsJSON() throws {
        let states = [state(), state(stepsDone: 8)]
        #expect(try JSONDecoder().decode([FlowState].self, from: JSONEncoder().encode(states)) == states)
        #expect(throws: (any Error).self) { try JSONDecoder().decode(FlowState.self, from: Data("[1, 2]".utf8)) }
    }

    @Test("It knows how far it is, counted from where it began")
    func knowsProgress() {
        #expect(state(stepsDone: 1).progress == 0)
        #expect(state(stepsDone: 8).progress == 1)
        #expect(state(stepsDone: 5, firstStep: 2).progress == 0.5)
        #expect(state(stepsDone: 8).isFinished && !state(stepsDone: 7).isFinished)
    }

    @Test("Bytes that end early, go on, or have one bit changed are refused")
    func refusesDamage() {
        let bytes = state().bytes
        for count in 0..<bytes.count { #expect(isRefused(Array(bytes.prefix(count)))) }
        #expect(isRefused(bytes + [0]))
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(isRefused(damaged))
        }
    }

    @Test("Bytes that lie under a right checksum are refused, or read as what they are, and never stop the process")
    func survivesLies() {
        let body = Array(state().bytes.dropLast(8))
        var random = SeededGenerator(seed: 11)
        for place in 5..<body.count {
            for value in [UInt8(0), 1, 0x7F, 0x80, 0xFF] {
                var lie = body
                lie[place] = value
                _ = try? FlowState(bytes: sealed(lie))
            }
        }
        for count in 5..<body.count { _ = try? FlowState(bytes: sealed(Array(body.prefix(count)))) }
        for _ in 0..<2_000 {
            let noise = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(isRefused(sealed(body.prefix(5) + noise)))
        }
    }

    @Test("What is wrong is said: no saved picture, another form, numbers that are none")
    func explains() {
        func reason(_ bytes: [UInt8]) -> String {
            do {
                _ = try FlowState(bytes: bytes)
                return "none"
            } catch { return error.description }
        }
        #expect(reason(Array("PNG".utf8)).contains("not a saved picture"))
        var newer = Array(state().bytes.dropLast(8))
        newer[4] = 9
        #expect(reason(sealed(newer)).contains("form 9"))
        var odd = state()
        odd.latent[5] = .nan
        #expect(reason(odd.bytes).contains("no numbers"))
    }
}
