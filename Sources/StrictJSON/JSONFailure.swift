/// Why a document is not read: what is wrong, and where.
public struct JSONFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case empty
        case byteOrderMark
        /// UTF-16 or UTF-32.
        case otherEncoding
        case incomplete
        case unexpectedCharacter
        case trailingComma
        case comment
        case controlCharacter
        case invalidEscape
        case invalidNumber
        case moreAfterEnd
        case invalidUTF8
        /// Half of a surrogate pair in a name, or anywhere when strings must be whole.
        case unpairedSurrogate
        case notAnObject
        /// A name that comes twice in one object, so that readers may disagree about its value.
        case repeatedName(String)
        case tooLong(limit: Int)
        case tooDeep(limit: Int)
        case tooManyValues(limit: Int)
        case tooManyMembers(limit: Int)
        case stringTooLong(limit: Int)
        case nameTooLong(limit: Int)
        case numberTooLong(limit: Int)
    }

    public let reason: Reason
    /// Bytes before the place where it was found.
    public let offset: Int
    /// The member of the outermost object in which it was found.
    public let field: String?
}

extension JSONFailure: CustomStringConvertible {
    /// The end of a sentence about the document.
    public var description: String {
        switch reason {
        case .empty: "is empty; it must be a JSON object"
        case .byteOrderMark: "begins with a byte order mark, which is not part of JSON: send UTF-8 without one"
        case .otherEncoding: "is UTF-16 or UTF-32; JSON is sent as UTF-8"
        case .incomplete: "is not valid JSON: it ends too early"
        case .unexpectedCharacter: "is not valid JSON: something does not belong at byte \(offset)"
        case .trailingComma: "is not valid JSON: nothing follows the comma before byte \(offset)"
        case .comment: "is not valid JSON: there is a comment at byte \(offset)"
        case .controlCharacter: "is not valid JSON: a control character at byte \(offset) must be escaped"
        case .invalidEscape: "is not valid JSON: there is no such escape as the one at byte \(offset)"
        case .invalidNumber: "is not valid JSON: the number at byte \(offset) is not written as JSON writes numbers"
        case .moreAfterEnd: "is not valid JSON: something follows its end, at byte \(offset)"
        case .invalidUTF8: "is not valid UTF-8 at byte \(offset)"
        case .unpairedSurrogate: "has half of a surrogate pair at byte \(offset), which is no character"
        case .notAnObject: "must be a JSON object"
        case .repeatedName(let name): "has the field '\(name.prefix(64))' twice"
        case .tooLong(let limit): "is longer than \(limit) bytes"
        case .tooDeep(let limit): "is nested more than \(limit) deep"
        case .tooManyValues(let limit): "has more than \(limit) values"
        case .tooManyMembers(let limit): "has an object of more than \(limit) fields"
        case .stringTooLong(let limit): "has a string of more than \(limit) bytes"
        case .nameTooLong(let limit): "has a field whose name is longer than \(limit) bytes"
        case .numberTooLong(let limit): "has a number of more than \(limit) characters"
        }
    }
}
