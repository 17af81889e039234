internal import Hummingbird
internal import Inference

/// `/v1/models`: what is installed.
struct ModelsController: Sendable {
    private struct Document: Encodable {
        let id: String
        let object = "model"
        let created: Int
        let owned_by: String
        let title: String
        let description: String
        let kind: String
        /// What it is for: `edits`, `generations` or both.
        let accepts: [String]
        /// The API's names of its qualities.
        let qualities: [String]
        let styles: [StyleDocument]

        private enum CodingKeys: String, CodingKey {
            case id, object, created, owned_by, title, description, kind, accepts, qualities, styles
        }

        init(_ entry: ModelCatalogue.Entry) {
            let manifest = entry.manifest
            id = manifest.id
            created = manifest.created
            owned_by = manifest.ownedBy
            title = manifest.title
            description = manifest.description
            kind = manifest.kind
            accepts = manifest.kind == "restyle" ? ["edits"] : ["generations", "edits"]
            qualities = EditOrder.qualities.filter { manifest.qualities[$0] != nil }
            styles = manifest.restyle?.styles.map(StyleDocument.init) ?? []
        }
    }

    private struct StyleDocument: Encodable {
        let index: Int
        let name: String
        let description: String

        init(_ style: Style) {
            index = style.index
            name = style.name
            description = style.description
        }
    }

    let catalogue: ModelCatalogue

    func list(_ request: Request, context: GatewayContext) async throws -> Response {
        struct List: Encodable {
            let object = "list"
            let data: [Document]

            private enum CodingKeys: String, CodingKey { case object, data }
        }
        return .json(List(data: catalogue.entries.map(Document.init)))
    }

    func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = context.parameters.get("id") ?? ""
        do {
            return .json(Document(try catalogue.entry(id)))
        } catch {
            throw APIError.modelNotFound("\(error.description).")
        }
    }
}

extension ModelsController {
    func routes(on routes: Routes) {
        routes.keyed.route("/v1/models", [.get: list])
        routes.keyed.route("/v1/models/{id}", [.get: show])
    }
}
