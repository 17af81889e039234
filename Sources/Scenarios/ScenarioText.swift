internal import Yams

/// Reads what is written as YAML (JSON is YAML too).
package enum ScenarioText {
    /// - Throws: ``ScenarioError/invalid(field:reason:remedy:)``, naming the field.
    package static func decode<Value: Decodable>(_ type: Value.Type, from yaml: String) throws(ScenarioError) -> Value {
        do {
            return try YAMLDecoder().decode(type, from: yaml)
        } catch let error as ScenarioError {
            throw error
        } catch DecodingError.dataCorrupted(let context) {
            // The decoder wraps what the fields' own readers throw.
            if let error = context.underlyingError as? ScenarioError { throw error }
            throw .invalid(
                field: "scenario",
                reason: "\(context.underlyingError.map { "\($0)" } ?? context.debugDescription)",
                remedy: "write YAML"
            )
        } catch {
            throw .invalid(field: "scenario", reason: "\(error)", remedy: "write YAML")
        }
    }
}
