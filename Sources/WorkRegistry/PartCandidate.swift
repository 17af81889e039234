/// A work that a picture may show a part of, as its points say.
struct PartCandidate: Hashable {
    let owner: UInt32
    /// Which of the ways to look at the picture.
    let view: Int
    /// Where the picture's upper left corner lies on the work's plane, in pixels.
    let offset: SIMD2<Float>
    /// How many of the picture's points say so.
    let votes: Int
    /// The fewest differing bits of theirs.
    let distance: Int

    /// One point of the picture that looks like one of a work.
    struct Vote: Hashable {
        let owner: UInt32
        let view: Int
        let query: Int
        let offset: SIMD2<Float>
        let distance: Int
    }

    /// Pixels that two points may disagree by: one by rounding and noise, the rest because sizes are 3.7 % off at most.
    private static let tolerance: Float = 3
    /// So many votes for a work are looked at, the nearest ones.
    private static let mostVotes = 64

    /// One candidate for each work, those with the most votes first.
    static func ranked(_ votes: [Vote]) -> [PartCandidate] {
        let sorted = votes.sorted { first, second in
            (first.owner, first.distance, first.view, first.query)
                < (second.owner, second.distance, second.view, second.query)
        }
        var candidates: [PartCandidate] = []
        var start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end].owner == sorted[start].owner { end += 1 }
            candidates.append(best(sorted[start..<min(end, start + mostVotes)]))
            start = end
        }
        return candidates.sorted {
            ($1.votes, $0.distance, $0.owner) < ($0.votes, $1.distance, $1.owner)
        }
    }

    /// - Parameter votes: of one work, the nearest first; not empty.
    private static func best(_ votes: ArraySlice<Vote>) -> PartCandidate {
        let candidates = votes.map { anchor in
            let agreeing = votes.filter { vote in
                let difference = vote.offset - anchor.offset
                return vote.view == anchor.view && max(difference.max(), -difference.min()) <= tolerance
            }
            return PartCandidate(
                owner: anchor.owner,
                view: anchor.view,
                offset: anchor.offset,
                votes: Set(agreeing.map(\.query)).count,
                distance: anchor.distance
            )
        }
        return candidates.dropFirst().reduce(candidates[0]) { $1.votes > $0.votes ? $1 : $0 }
    }
}
