/// What lives in a ``Slab``.
protocol SlabElement: Sendable, Codable {
    /// Odd while the place is taken: grows with every use of it, so that old handles are told from new ones.
    var generation: UInt32 { get set }
    /// The next free place, while this one is free.
    var nextFree: Int32 { get set }
    /// A value for a place that is free.
    static var vacant: Self { get }
}

/// Values at places that stay theirs and are used again: adding, finding and removing take the same short time however
/// many there are, and nothing is hashed.
struct Slab<Element: SlabElement>: Sendable, Codable {
    private(set) var elements: [Element] = []
    private var firstFree: Int32 = -1
    private(set) var count = 0

    subscript(place: Int) -> Element {
        @inline(__always) get { elements[place] }
        @inline(__always) _modify { yield &elements[place] }
    }

    /// Takes a place. - Returns: the place and its generation.
    mutating func insert(_ element: Element) -> (place: Int, generation: UInt32) {
        count += 1
        guard firstFree >= 0 else {
            elements.append(element)
            let place = elements.count - 1
            elements[place].generation = 1
            return (place, 1)
        }
        let place = Int(firstFree)
        let generation = elements[place].generation &+ 1
        firstFree = elements[place].nextFree
        elements[place] = element
        elements[place].generation = generation
        return (place, generation)
    }

    mutating func remove(_ place: Int) {
        precondition(isTaken(place), "only a place that is taken can be given back")
        let generation = elements[place].generation
        elements[place] = .vacant
        elements[place].generation = generation &+ 1
        elements[place].nextFree = firstFree
        firstFree = Int32(place)
        count -= 1
    }

    @inline(__always)
    func isTaken(_ place: Int) -> Bool { elements[place].generation & 1 == 1 }

    /// The place that a handle names; nil when what it named is gone.
    @inline(__always)
    func place(_ index: UInt32, _ generation: UInt32) -> Int? {
        let place = Int(index)
        guard place < elements.count, generation & 1 == 1, elements[place].generation == generation else { return nil }
        return place
    }

    /// The places that are taken, in order.
    var places: [Int] { elements.indices.filter { isTaken($0) } }

    mutating func reserveCapacity(_ count: Int) { elements.reserveCapacity(count) }
}
