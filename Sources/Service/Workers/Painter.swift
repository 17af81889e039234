public import Records
public import SurgeCore

/// Makes pictures. The service knows no more of models than this.
public protocol Painter: Sendable {
    /// Paints one task of a request.
    ///
    /// - Parameter onPartial: called with each lower rung's picture, in order, before the result.
    func paint(
        _ request: PaintRequest,
        task: Int,
        rung: Rung,
        onPartial: @Sendable (PictureRecord) async -> Void
    ) async throws(PaintError) -> PictureRecord
}
