import Testing

@testable import SurgeCore

@Suite("The slab")
struct SlabTests {
    @Test("A handle means nothing once its place was given back, nor when the place is used again")
    func tellsHandlesApart() {
        var slab = Slab<Flow>()
        let (place, generation) = slab.insert(Flow())
        #expect(slab.place(UInt32(place), generation) == place)
        slab.remove(place)
        #expect(slab.place(UInt32(place), generation) == nil)
        #expect(slab.place(UInt32(place), generation &+ 1) == nil)
        let (again, next) = slab.insert(Flow())
        #expect(again == place)
        #expect(next != generation)
        #expect(slab.place(UInt32(place), generation) == nil)
        #expect(slab.place(UInt32(place), next) == place)
    }

    @Test("Places are used again, the last given back first, and counted")
    func reuses() {
        var slab = Slab<Flow>()
        for _ in 0..<4 { _ = slab.insert(Flow()) }
        slab.remove(1)
        slab.remove(3)
        #expect(slab.count == 2)
        #expect(slab.places == [0, 2])
        #expect([slab.insert(Flow()).place, slab.insert(Flow()).place, slab.insert(Flow()).place] == [3, 1, 4])
        #expect(slab.places == [0, 1, 2, 3, 4])
    }

    @Test("A place that never was has no handle")
    func knowsNothingBeyond() {
        #expect(Slab<Flow>().place(0, 1) == nil)
    }
}
