internal import Imaging
internal import Inference
internal import Records
internal import Service

/// Everything that paints, made from the settings. The server and the commands that paint build on the same.
struct Engine: Sendable {
    let catalogue: ModelCatalogue
    let models: [RestyleModel]
    let flows: [FlowModel]
    let restylePainter: RestylePainter
    let flowPainter: FlowPainter
    let painter: any Painter
    let blocking: BlockingWork
    let decoder: ImageDecoder

    /// Verifies and loads the models.
    ///
    /// - Parameters:
    ///   - rights: says what may leave and what it says of itself; nil: nothing is checked or signed.
    ///   - wanted: which of them.
    init(
        settings: Settings,
        files: FileStore,
        rights: RightsService? = nil,
        where wanted: (ModelCatalogue.Entry) -> Bool = { _ in true }
    ) async throws {
        ProcessMemory.keepSmall()
        let catalogue = try ModelCatalogue(
            folder: settings.modelsFolder,
            nullSeconds: settings.nullSeconds >= 0 ? settings.nullSeconds : nil
        )
        let runtime = try OpenVINORuntime(settings: settings.openVINO)
        var models: [RestyleModel] = []
        var flows: [FlowModel] = []
        for entry in catalogue.entries where wanted(entry) {
            switch entry.manifest.kind {
            case "restyle":
                try entry.verify()
                models.append(try await RestyleModel(entry: entry, runtime: runtime))
            case "flow":
                try entry.verify()
                flows.append(try await FlowModel(entry, runtime: runtime))
            default: break
            }
        }
        self.catalogue = catalogue
        self.models = models
        self.flows = flows
        // Each decodes or encodes one picture: as many as there are workers, and one for what arrives.
        self.blocking = BlockingWork(
            width: settings.service.workers + 1,
            memory: ByteBudget(limit: settings.imageLimits.maximumDecodingBytes)
        )
        let decoder = try ImageDecoder(limits: settings.imageLimits)
        self.decoder = decoder
        self.restylePainter = RestylePainter(
            models: models,
            decoder: decoder,
            files: files,
            blocking: blocking,
            rights: rights
        )
        self.flowPainter = FlowPainter(
            models: flows,
            decoder: decoder,
            files: files,
            blocking: blocking,
            rights: rights
        )
        self.painter =
            settings.nullSeconds < 0
            ? restylePainter
            : NullPainter(behind: restylePainter, files: files, blocking: blocking, secondsAtTop: settings.nullSeconds)
    }
}
