/// Finds the work that a picture shows a part of: by points, then by laying the picture over thumbnails.
struct PartRegistry: Sendable {
    struct Found {
        let number: UInt32
        let part: WorkPart
        let correlation: Float
        let symmetry: PictureSymmetry
        /// How many of the picture's points agreed on it.
        let votes: Int
    }

    /// A work's detail without its points, which the index holds.
    private struct Face {
        let width: UInt16
        let height: UInt16
        let thumbnail: WorkThumbnail
    }

    /// So many works are looked at closely, those with the most votes.
    private static let mostCandidates = 32
    /// No better one is looked for.
    private static let enough: Float = 0.95

    private var points: PointIndex
    /// By the work's number.
    private var faces: [Face?] = []

    init(capacity: Int) {
        points = PointIndex(capacity: capacity * WorkPoint.most)
        faces.reserveCapacity(capacity)
    }

    /// - Parameter detail: of the work with the next number; nil for one that has none.
    mutating func append(_ detail: WorkDetail?) {
        let number = UInt32(faces.count)
        faces.append(detail.map { Face(width: $0.width, height: $0.height, thumbnail: $0.thumbnail) })
        for point in detail?.points ?? [] { points.insert(point, owner: number) }
    }

    mutating func remove(_ number: UInt32) {
        points.remove(owner: number)
        faces[Int(number)] = nil
    }

    func detail(of number: UInt32) -> WorkDetail? {
        faces[Int(number)].map { face in
            WorkDetail(
                width: face.width,
                height: face.height,
                points: points.points(of: number),
                thumbnail: face.thumbnail
            )
        }
    }

    /// - Parameter isAsked: which works are looked at.
    func best(for picture: PictureFingerprint, among isAsked: (UInt32) -> Bool) -> Found? {
        let votes = picture.points.enumerated().flatMap { number, size in self.votes(for: size, number: number) }
            .filter { isAsked($0.owner) }
        let areas = [false, true].map { PictureArea(cells: picture.cells, isMirrored: $0) }
        var best: Found?
        for candidate in PartCandidate.ranked(votes).prefix(Self.mostCandidates) {
            let size = picture.points[candidate.view / 2]
            let isMirrored = !candidate.view.isMultiple(of: 2)
            guard let face = faces[Int(candidate.owner)], let area = areas[isMirrored ? 1 : 0] else { continue }
            let corner = candidate.offset + SIMD2(Float(size.width), Float(size.height))
            let cells = Float(WorkThumbnail.side) / SIMD2(Float(face.width), Float(face.height))
            let (near, far) = (candidate.offset * cells, corner * cells)
            let alignment = PartAlignment(picture: area, work: face.thumbnail)
            guard let fit = alignment.fit(near: SIMD4(near.x, far.x, near.y, far.y)) else { continue }
            guard fit.correlation > best?.correlation ?? -1 else { continue }
            best = Found(
                number: candidate.owner,
                part: WorkPart(fit.edges),
                correlation: fit.correlation,
                symmetry: isMirrored ? .mirrored : .upright,
                votes: candidate.votes
            )
            if fit.correlation >= Self.enough { break }
        }
        return best
    }

    /// Of size number k, upright and mirrored: views 2 k and 2 k + 1.
    private func votes(for size: PicturePoints, number: Int) -> [PartCandidate.Vote] {
        [false, true].flatMap { isMirrored in
            let queries = size.points.map { point in
                let descriptor = PointDescriptor(bits: point.descriptor)
                return PointIndex.Query(
                    descriptor: isMirrored ? descriptor.mirrored : descriptor,
                    doubtful: point.doubtful
                )
            }
            return points.matches(for: queries).map { match in
                let point = size.points[match.query]
                let x = isMirrored ? Float(size.width) - point.x : point.x
                return PartCandidate.Vote(
                    owner: match.owner,
                    view: 2 * number + (isMirrored ? 1 : 0),
                    query: match.query,
                    offset: match.position - SIMD2(x, point.y),
                    distance: match.distance
                )
            }
        }
    }
}
