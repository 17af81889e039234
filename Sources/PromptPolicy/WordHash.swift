/// Fingerprints of words, from which those of the same word without a letter or two follow in a few steps.
struct WordHash {
    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let longest = 64
    private static let powers: [UInt64] = {
        var powers: [UInt64] = [1]
        for _ in 0..<longest { powers.append(powers[powers.count - 1] &* base) }
        return powers
    }()

    /// Of the first letters, each time one more.
    private var prefixes: [UInt64] = [0]

    static func whole(_ word: some Sequence<Letter>) -> UInt64 {
        var hash: UInt64 = 0
        for letter in word { hash = extended(hash, by: letter) }
        return hash
    }

    static func extended(_ hash: UInt64, by letter: Letter) -> UInt64 { hash &* base &+ UInt64(letter) &+ 1 }

    /// - Parameter word: of at most 64 letters; the rest does not count.
    mutating func read(_ word: [Letter]) {
        prefixes.removeAll(keepingCapacity: true)
        prefixes.append(0)
        for letter in word.prefix(Self.longest) {
            prefixes.append(Self.extended(prefixes[prefixes.count - 1], by: letter))
        }
    }

    var whole: UInt64 { prefixes[prefixes.count - 1] }

    private var count: Int { prefixes.count - 1 }

    /// Of a part of the word.
    func part(_ start: Int, _ end: Int) -> UInt64 { prefixes[end] &- prefixes[start] &* Self.powers[end - start] }

    func without(_ index: Int) -> UInt64 {
        prefixes[index] &* Self.powers[count - 1 - index] &+ part(index + 1, count)
    }

    /// The whole word's, and those of all words that lack one letter, or up to two.
    @inline(__always)
    func forEachShorter(by most: Int, _ body: (UInt64) -> Void) {
        body(whole)
        guard most > 0 else { return }
        for first in 0..<count {
            body(without(first))
            if most > 1 {
                for second in (first + 1)..<max(first + 1, count) { body(without(first, second)) }
            }
        }
    }

    /// - Parameter first: comes before `second`.
    func without(_ first: Int, _ second: Int) -> UInt64 {
        prefixes[first] &* Self.powers[count - 2 - first] &+ part(first + 1, second) &* Self.powers[count - 1 - second]
            &+ part(second + 1, count)
    }
}
