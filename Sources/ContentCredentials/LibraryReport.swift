internal import Foundation

/// The library's report of a file:
/// <https://opensource.contentauthenticity.org/docs/manifest/json-ref/reader>.
struct LibraryReport: Decodable {
    /// In the library's words. An expired certificate and a changed picture are both `invalid`.
    enum State: String, Decodable {
        case trusted = "Trusted"
        case valid = "Valid"
        case invalid = "Invalid"
    }

    struct Status: Decodable {
        let code: String
        let explanation: String?
    }

    struct Results: Decodable {
        struct Codes: Decodable {
            let failure: [Status]

            init(from decoder: any Decoder) throws {
                failure = try decoder.container(keyedBy: Key.self).lenientList("failure")
            }
        }

        let activeManifest: Codes?
    }

    struct Manifest: Decodable {
        let title: String?
        let generators: [Software]
        let ingredients: [Ingredient]
        let assertions: [Assertion]
        let signature: Signature?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            title = container.lenient("title")
            generators = container.lenientList("claim_generator_info")
            ingredients = container.lenientList("ingredients")
            assertions = container.lenientList("assertions")
            signature = container.lenient("signature_info")
        }
    }

    struct Software: Decodable {
        let name: String
        let version: String?

        /// A name alone, or with a version.
        init(from decoder: any Decoder) throws {
            if let name = try? decoder.singleValueContainer().decode(String.self) {
                self.name = name
                version = nil
            } else {
                let container = try decoder.container(keyedBy: Key.self)
                name = try container.decode(String.self, forKey: "name")
                version = container.lenient("version")
            }
        }
    }

    struct Ingredient: Decodable {
        let title: String?
        let relationship: String?
        let activeManifest: String?
        let results: Results?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            title = container.lenient("title")
            relationship = container.lenient("relationship")
            activeManifest = container.lenient("active_manifest")
            results = container.lenient("validation_results")
        }
    }

    struct Signature: Decodable {
        let issuer: String?
        let commonName: String?
        let serialNumber: String?
        let time: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            issuer = container.lenient("issuer")
            commonName = container.lenient("common_name")
            serialNumber = container.lenient("cert_serial_number")
            time = container.lenient("time")
        }
    }

    struct Assertion: Decodable {
        let label: String
        let actions: Actions?
        let statement: PictureStatement?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            label = try container.decode(String.self, forKey: "label")
            // A second assertion of a kind has a number behind its label.
            let kind = label.split(separator: "__").first.map(String.init) ?? label
            actions = ["c2pa.actions", "c2pa.actions.v2"].contains(kind) ? container.lenient("data") : nil
            statement = kind == PictureStatement.label ? container.lenient("data") : nil
        }
    }

    struct Actions: Decodable {
        let actions: [Action]

        init(from decoder: any Decoder) throws {
            actions = try decoder.container(keyedBy: Key.self).lenientList("actions")
        }
    }

    struct Action: Decodable {
        let action: String
        let when: String?
        let sourceType: String?
        let softwareAgent: Software?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            action = try container.decode(String.self, forKey: "action")
            when = container.lenient("when")
            sourceType = container.lenient("digitalSourceType")
            softwareAgent = container.lenient("softwareAgent")
        }
    }

    struct Key: CodingKey, ExpressibleByStringLiteral {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringLiteral value: String) { stringValue = value }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let state: State?
    let manifest: Manifest?
    let failures: [Status]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        state = container.lenient("validation_state")
        let manifests = container.lenient("manifests", as: [String: Lenient<Manifest>].self)
        let active = container.lenient("active_manifest", as: String.self)
        manifest = active.flatMap { manifests?[$0]?.value }
        failures = container.lenientList("validation_status")
    }
}
