internal import Imaging
internal import Inference
internal import Records
internal import Service

/// Everything that paints, made from the settings. The server and `heatsink paint` build on the same.
struct Engine: Sendable {
    let catalogue: ModelCatalogue
    let models: [RestyleModel]
    let studio: Studio
    let painter: any Painter
    let blocking: BlockingWork

    /// Verifies and loads the models.
    init(settings: Settings, files: FileStore) async throws {
        ProcessMemory.keepSmall()
        let catalogue = try ModelCatalogue(
            folder: settings.modelsFolder,
            nullSeconds: settings.nullSeconds >= 0 ? settings.nullSeconds : nil
        )
        let runtime = try OpenVINORuntime(settings: settings.openVINO)
        var models: [RestyleModel] = []
        for entry in catalogue.entries where entry.manifest.kind == "restyle" {
            try entry.verify()
            models.append(try await RestyleModel(entry: entry, runtime: runtime))
        }
        self.catalogue = catalogue
        self.models = models
        // Each decodes or encodes one picture: as many as there are workers, and one for what arrives.
        self.blocking = BlockingWork(width: settings.service.workers + 1)
        self.studio = Studio(
            models: models,
            decoder: try ImageDecoder(limits: settings.imageLimits),
            files: files,
            blocking: blocking
        )
        self.painter =
            settings.nullSeconds < 0
            ? studio
            : NullPainter(behind: studio, files: files, blocking: blocking, secondsAtTop: settings.nullSeconds)
    }
}
