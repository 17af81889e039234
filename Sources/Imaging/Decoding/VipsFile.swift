internal import CVips

/// What of a file libvips gets to see.
enum VipsFile {
    /// Lends `body` the file's pieces as C wants them; valid during the call.
    static func lend<Result>(
        _ source: ImageSource,
        _ layout: PictureLayout,
        withProfile: Bool,
        _ body: (hs_vips_file) -> Result
    ) -> Result {
        var literals: [UInt8] = []
        var pieces: [hs_vips_piece] = []
        // C reads memory as far as it is told to; a file ends by itself.
        let memory: Int? = if case .bytes(let bytes) = source { bytes.count } else { nil }
        let parts = layout.pieces ?? [PictureLayout.Piece(content: .range(0..<FileView(source).count))]
        for piece in parts where withProfile || !piece.isProfile {
            switch piece.content {
            case .range(let stated):
                let range = memory.map { stated.clamped(to: 0..<$0) } ?? stated
                pieces.append(
                    hs_vips_piece(offset: Int64(range.lowerBound), length: Int64(range.count), is_literal: false)
                )
            case .bytes(let bytes):
                pieces.append(
                    hs_vips_piece(offset: Int64(literals.count), length: Int64(bytes.count), is_literal: true)
                )
                literals += bytes
            }
        }
        return unsafe literals.withUnsafeBufferPointer { literals in
            unsafe pieces.withUnsafeBufferPointer { pieces in
                func lend(_ path: UnsafePointer<CChar>?, _ data: UnsafePointer<UInt8>?) -> Result {
                    unsafe body(
                        hs_vips_file(
                            path: path,
                            data: data,
                            literals: literals.baseAddress,
                            literals_length: literals.count,
                            pieces: pieces.baseAddress,
                            piece_count: pieces.count
                        )
                    )
                }
                switch source {
                case .file(let path): return unsafe path.withCString { unsafe lend($0, nil) }
                case .bytes(let bytes):
                    return unsafe bytes.withUnsafeBufferPointer { unsafe lend(nil, $0.baseAddress) }
                }
            }
        }
    }
}
