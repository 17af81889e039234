/// The eight ways to lay down a picture: the symmetries of a square, in the order of `pdqhash.compute_dihedral`.
public enum PictureSymmetry: Int, CaseIterable, Hashable, Codable, Sendable {
    case upright
    /// A quarter turn against the clock.
    case rotated90
    case rotated180
    /// A quarter turn with the clock.
    case rotated270
    /// Upside down, as in water.
    case flipped
    /// Left and right exchanged, as in a mirror.
    case mirrored
    /// Rows and columns exchanged.
    case transposed
    /// Rows and columns exchanged, then turned by half.
    case antitransposed

    /// Left and right change places first.
    var mirrorsRows: Bool {
        switch self {
        case .rotated90, .rotated180, .mirrored, .antitransposed: true
        case .upright, .rotated270, .flipped, .transposed: false
        }
    }

    /// Top and bottom change places first.
    var mirrorsColumns: Bool {
        switch self {
        case .rotated180, .rotated270, .flipped, .antitransposed: true
        case .upright, .rotated90, .mirrored, .transposed: false
        }
    }

    /// Rows become columns then.
    var exchangesAxes: Bool {
        switch self {
        case .rotated90, .rotated270, .transposed, .antitransposed: true
        case .upright, .rotated180, .flipped, .mirrored: false
        }
    }

    /// Whether the coefficient at this row and column changes its sign before axes are exchanged.
    ///
    /// The spectrum begins at frequency 1, so that even places hold odd frequencies: those whose cosine changes its sign when
    /// its axis is turned round.
    func negates(row: Int, column: Int) -> Bool {
        (mirrorsColumns && row.isMultiple(of: 2)) != (mirrorsRows && column.isMultiple(of: 2))
    }
}
