import Testing

@testable import Gateway

@Suite("A request's fields")
struct FieldSetTests {
    @Test("Numbers come as text in forms and as numbers in JSON, never the other way round")
    func integers() throws {
        #expect(try FieldSet(values: ["n": .string("3")], isForm: true).integer("n", in: 1...10) == 3)
        #expect(try FieldSet(values: ["n": .integer(3)], isForm: false).integer("n", in: 1...10) == 3)
        #expect(try FieldSet(values: ["n": .null], isForm: false).integer("n", in: 1...10) == nil)
        for value in [JSONValue.string("3"), .boolean(true), .number(2.5), .integer(11), .array([])] {
            #expect(throws: APIError.self) {
                try FieldSet(values: ["n": value], isForm: false).integer("n", in: 1...10)
            }
        }
    }

    @Test("An error names the field and what is accepted")
    func namesFields() {
        #expect {
            try FieldSet(values: ["quality": .string("ultra")], isForm: true).choice("quality", of: ["low", "high"])
        } throws: { error in
            let error = error as? APIError
            return error?.parameter == "quality" && error?.message.contains("'low', 'high'") == true
        }
    }

    @Test(
        "Deep nesting and what is no object are refused",
        arguments: ["[]", "3", "{", "\"a\"", String(repeating: "[", count: 100_000)]
    )
    func refusesJSON(text: String) {
        #expect(throws: APIError.self) { try JSONValue.object(parsing: Array(text.utf8)) }
    }
}
