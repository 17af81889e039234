extension JobService {
    /// Whether pictures that are painted can leave: see ``RightsOffice/canFinishPictures``.
    public nonisolated var canFinishPictures: Bool { rights?.canFinishPictures ?? true }
}
