import Hummingbird
import Inference

/// `/v1/models`: what is installed.
struct ModelsController: Sendable {
    private struct Document: Encodable {
        let id: String
        let object = "model"
        let created: Int
        let owned_by: String

        private enum CodingKeys: String, CodingKey { case id, object, created, owned_by }

        init(_ manifest: ModelManifest) {
            id = manifest.id
            created = manifest.created
            owned_by = manifest.ownedBy
        }
    }

    let catalogue: ModelCatalogue

    func list(_ request: Request, context: GatewayContext) async throws -> Response {
        struct List: Encodable {
            let object = "list"
            let data: [Document]

            private enum CodingKeys: String, CodingKey { case object, data }
        }
        return .json(List(data: catalogue.entries.map { Document($0.manifest) }))
    }

    func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = context.parameters.get("id") ?? ""
        do {
            return .json(Document(try catalogue.entry(id).manifest))
        } catch {
            throw APIError.modelNotFound("\(error.description).")
        }
    }
}
