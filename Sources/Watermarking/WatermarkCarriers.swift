internal import Crypto
internal import Foundation

/// The waves that a key's marks are made of. Each has a whole number of cycles in a tile, so that the tiles join without a seam;
/// the key decides the phase of each and what it says. Some are the same in each mark of a key, for finding it again; each of
/// the others carries two bits of the code, as quadrature phase-shift keying.
struct WatermarkCarriers: Sendable {
    struct Carrier: Sendable {
        /// Cycles a tile. Of a frequency and its negative, which are the same in a picture, only one is listed.
        let horizontal: Int
        let vertical: Int
        let cosine: Float
        let sine: Float

        /// Where it lies in a spectrum whose rows are vertical frequencies.
        var place: Int {
            let tile = WatermarkDesign.tile
            return (vertical + tile) % tile * tile + (horizontal + tile) % tile
        }

        /// Where its negative lies.
        var negativePlace: Int {
            let tile = WatermarkDesign.tile
            return (tile - vertical) % tile * tile + (tile - horizontal) % tile
        }
    }

    let synchronisation: [Carrier]
    /// `data[i]` carries the bits of the code `2 * (i % 192)` and the one after it.
    let data: [Carrier]

    static let pairCount = WatermarkCode.codeBitCount / 2

    init(key: WatermarkKey) {
        let all = Self.frequencies()
        var order = RandomWords(key: key, purpose: "order", count: all.count)
        var phases = RandomWords(key: key, purpose: "phases", count: all.count)
        var carriers = all.map { frequency in
            let phase = 2 * Double.pi * Double(phases.next()) / 4_294_967_296
            return Carrier(
                horizontal: frequency.horizontal,
                vertical: frequency.vertical,
                cosine: Float(cos(phase)),
                sine: Float(sin(phase))
            )
        }
        for place in carriers.indices.reversed() {
            carriers.swapAt(place, Int(order.next() % UInt32(place + 1)))
        }
        let dataCount = Self.pairCount * WatermarkDesign.repetitions
        // The copies of a bit shall lie at unlike frequencies, since whole bands are lost together: each copy has a band of
        // its own. Sorting is stable only by the second key.
        let chosen = carriers.prefix(dataCount).enumerated().sorted { left, right in
            let (first, second) = (Self.square(left.element), Self.square(right.element))
            return first == second ? left.offset < right.offset : first < second
        }
        var data: [Carrier] = []
        for copy in 0..<WatermarkDesign.repetitions {
            let band = chosen[copy * Self.pairCount..<(copy + 1) * Self.pairCount]
            data += band.sorted { $0.offset < $1.offset }.map(\.element)
        }
        self.data = data
        synchronisation = Array(carriers.dropFirst(dataCount))
    }

    private static func square(_ carrier: Carrier) -> Int {
        carrier.horizontal * carrier.horizontal + carrier.vertical * carrier.vertical
    }

    /// Of the ring between the lowest and the highest, one half.
    private static func frequencies() -> [(horizontal: Int, vertical: Int)] {
        let reach = WatermarkDesign.highest
        var frequencies: [(horizontal: Int, vertical: Int)] = []
        for vertical in 0...reach {
            for horizontal in (vertical == 0 ? 1 : -reach)...reach {
                let square = horizontal * horizontal + vertical * vertical
                if square >= WatermarkDesign.lowest * WatermarkDesign.lowest, square <= reach * reach {
                    frequencies.append((horizontal, vertical))
                }
            }
        }
        return frequencies
    }
}

/// Numbers that follow from a key and a purpose, by HKDF (RFC 5869).
private struct RandomWords {
    private let bytes: [UInt8]
    private var place = 0

    init(key: WatermarkKey, purpose: String, count: Int) {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key.bytes),
            info: Data("heatsink watermark 1: \(purpose)".utf8),
            outputByteCount: 4 * count
        )
        bytes = unsafe derived.withUnsafeBytes { unsafe Array($0) }
    }

    mutating func next() -> UInt32 {
        let word = bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } as UInt32
        place += 4
        return word
    }
}
