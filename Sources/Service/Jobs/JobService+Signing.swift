extension JobService {
    /// Whether pictures that are painted can leave: see ``RightsService/canFinishPictures``.
    public nonisolated var canFinishPictures: Bool { rights?.canFinishPictures ?? true }
}
