import TestKit
import Testing

@testable import SurgeCore

@Suite("The fair heap")
struct FairHeapTests {
    /// Takes all entries out, the first one each time.
    private func drained(_ heap: FairHeap, _ positions: [Int32]) -> [Int32] {
        var (heap, positions) = (heap, positions)
        var order: [Int32] = []
        while let first = heap.first {
            order.append(first.flow)
            heap.remove(Int(first.flow), &positions)
        }
        return order
    }

    @Test("All orders of up to six keys come out sorted", arguments: 0...6)
    func sortsSmallCases(count: Int) {
        for keys in permutations(count) {
            var heap = FairHeap()
            var positions = [Int32](repeating: FairHeap.absent, count: count)
            for (flow, key) in keys.enumerated() {
                heap.insert(.init(key: Double(key / 2), order: UInt32(key), flow: Int32(flow)), &positions)
            }
            let expected = keys.indices.sorted { keys[$0] < keys[$1] }.map { Int32($0) }
            if heap.problem(positions) != nil || drained(heap, positions) != expected {
                Issue.record("keys \(keys) come out wrong")
                return
            }
        }
    }

    private func permutations(_ count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return permutations(count - 1).flatMap { shorter in
            (0...shorter.count).map { place in
                var longer = shorter
                longer.insert(count - 1, at: place)
                return longer
            }
        }
    }

    @Test("Random changes agree with a sorted list", arguments: 0..<20)
    func agreesWithSorting(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var heap = FairHeap()
        var positions = [Int32](repeating: FairHeap.absent, count: 40)
        var model: [Int: (key: Double, order: UInt32)] = [:]
        for order in 0..<600 {
            let flow = Int.random(in: 0..<40, using: &random)
            let key = Double(Int.random(in: 0..<10, using: &random))
            if let known = model[flow] {
                if Bool.random(using: &random) {
                    heap.remove(flow, &positions)
                    model[flow] = nil
                } else {
                    heap.update(flow, key: key, &positions)
                    model[flow] = (key, known.order)
                }
            } else {
                heap.insert(.init(key: key, order: UInt32(order), flow: Int32(flow)), &positions)
                model[flow] = (key, UInt32(order))
            }
            let least = model.min { ($0.value.key, $0.value.order) < ($1.value.key, $1.value.order) }
            guard heap.problem(positions) == nil, heap.count == model.count,
                heap.first.map({ Int($0.flow) }) == least?.key
            else {
                Issue.record("seed \(seed): change \(order) went wrong")
                return
            }
        }
    }
}
